import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { CostModel } from './cost-model.ts'

/** What {@link costOf} needs. */
export interface CostQuestion {
  readonly schema: GraphQLSchema
  readonly model: CostModel
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly variables: Readonly<Record<string, unknown>>
  readonly maxPageSize: number
}

export interface CostAnswer {
  readonly cost: number
  /** Whether a variable had a say: if not, the answer holds for every request with this document. */
  readonly dependsOnVariables: boolean
}

const PAGE_ARGUMENTS = ['first', 'last']
const PAGE_FIELDS = ['edges', 'nodes']
const DEFAULT_LIST_SIZE = 10
const MUTATION_COST = 10

/** How many of what: the size that a parent's page argument gives to some of its children. */
interface Page {
  readonly size: number
  readonly fields: readonly string[]
}

/**
 * The static cost of an operation: an upper bound of the objects that it can return, weighed by `@cost`. Lists have the
 * size that their page arguments or `@listSize` say, else 10. Fragments on sibling types all count.
 * @throws {GraphQLError} BAD_USER_INPUT when a page is larger than allowed
 */
export const costOf = (question: CostQuestion): CostAnswer => new CostCounter(question).count()

class CostCounter {
  readonly #question: CostQuestion
  readonly #fragments = new Map<string, FragmentDefinitionNode>()
  #dependsOnVariables = false

  constructor(question: CostQuestion) {
    this.#question = question
    for (const definition of question.document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition)
    }
  }

  count(): CostAnswer {
    const { operation, schema } = this.#question
    const root = schema.getRootType(operation.operation)
    const own = operation.operation === 'mutation' ? MUTATION_COST : 0
    const below = root ? this.#ofSelections(operation.selectionSet, root, null, new Map()) : 0
    return { cost: own + below, dependsOnVariables: this.#dependsOnVariables }
  }

  /** `known` holds the fragments counted under the same page; another page has another map. */
  #ofSelections(
    set: SelectionSetNode,
    type: GraphQLCompositeType,
    page: Page | null,
    known: Map<string, number>,
  ): number {
    let cost = 0
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) cost += this.#ofField(selection, type, page, known)
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const narrowed = this.#typeNamed(selection.typeCondition?.name.value) ?? type
        cost += this.#ofSelections(selection.selectionSet, narrowed, page, known)
      } else cost += this.#ofFragment(selection.name.value, page, known)
    }
    return cost
  }

  #ofFragment(name: string, page: Page | null, known: Map<string, number>): number {
    const counted = known.get(name)
    if (counted !== undefined) return counted
    const fragment = this.#fragments.get(name)
    const type = this.#typeNamed(fragment?.typeCondition.name.value)
    const cost = fragment && type ? this.#ofSelections(fragment.selectionSet, type, page, known) : 0
    known.set(name, cost)
    return cost
  }

  #ofField(node: FieldNode, parent: GraphQLCompositeType, page: Page | null, known: Map<string, number>): number {
    const name = node.name.value
    const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined
    if (!definition) return 0
    const key = `${parent.name}.${name}`
    const { weights, listSizes } = this.#question.model
    const type = getNamedType(definition.type)
    const weight = weights.get(key) ?? weights.get(type.name) ?? (isCompositeType(type) ? 1 : 0)

    const listSize = listSizes.get(key)
    const isList = isListType(getNullableType(definition.type))
    const sliced = this.#sliceSize(node, definition, listSize?.slicingArguments ?? PAGE_ARGUMENTS)
    const sizedFields = listSize?.sizedFields ?? PAGE_FIELDS
    const size = sliced ?? listSize?.assumedSize
    const given = page?.fields.includes(name) ? page.size : undefined
    const instances = isList ? (given ?? size ?? DEFAULT_LIST_SIZE) : 1
    const ownPage = !isList && size !== undefined ? { size, fields: sizedFields } : null

    const withPage = ownPage ? new Map<string, number>() : page ? new Map<string, number>() : known
    const below =
      node.selectionSet && isCompositeType(type) ? this.#ofSelections(node.selectionSet, type, ownPage, withPage) : 0
    const given_arguments = node.arguments?.reduce(
      (sum, { name: { value } }) => sum + (weights.get(`${key}(${value})`) ?? 0),
      0,
    )
    return instances * (weight + below) + (given_arguments ?? 0)
  }

  /** The largest page that the arguments (or their defaults) ask for; `undefined` when none does. */
  #sliceSize(
    node: FieldNode,
    definition: GraphQLField<unknown, unknown>,
    names: readonly string[],
  ): number | undefined {
    let size: number | undefined
    for (const argument of definition.args) {
      if (!names.includes(argument.name)) continue
      const given = node.arguments?.find(({ name }) => name.value === argument.name)
      const value = given ? this.#numberOf(given) : argument.defaultValue
      if (typeof value !== 'number') continue
      if (value > this.#question.maxPageSize) throw pageTooLarge(node, argument.name, this.#question.maxPageSize)
      size = Math.max(size ?? 0, value)
    }
    return size
  }

  #numberOf({ value }: ArgumentNode): unknown {
    if (value.kind === Kind.INT) return Number(value.value)
    if (value.kind !== Kind.VARIABLE) return undefined
    this.#dependsOnVariables = true
    const name = value.name.value
    if (this.#question.variables[name] !== undefined) return this.#question.variables[name]
    const declared = this.#question.operation.variableDefinitions?.find(({ variable }) => variable.name.value === name)
    return declared?.defaultValue?.kind === Kind.INT ? Number(declared.defaultValue.value) : undefined
  }

  #typeNamed(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : this.#question.schema.getType(name)
    return isCompositeType(type) ? type : undefined
  }
}

const pageTooLarge = (node: FieldNode, argument: string, maxPageSize: number) =>
  new GraphQLError(`"${argument}" of "${node.name.value}" may be ${maxPageSize} at most.`, {
    nodes: node,
    extensions: { code: 'BAD_USER_INPUT' },
  })
