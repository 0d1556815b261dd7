import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql'
import { contradict, contradictoryFields, type Needs, neededBy, type Requirements } from './requirements.ts'

/**
 * Splits a query whose fields require the same field with different arguments (`price(currency: "USD")` for one,
 * `price(currency: "EUR")` for the other) into queries that each have one meaning. A representation has one `price`, and
 * the planner would put both into it; so each query is planned and run alone, and the answers are merged.
 * Layers of a mutation share one execution of it (plan/mutation-layers.ts).
 */
export function splitByRequirements(
  document: DocumentNode,
  schema: GraphQLSchema,
  requirements: Requirements,
): DocumentNode[] {
  if (requirements.size === 0) return [document]
  const operation = inlineFragments(document)
  const root = schema.getRootType(operation.operation)
  if (!root) return [document]
  const layers = new LayerAssignment(schema, requirements)
  layers.assign(operation.selectionSet, root, '', 0)
  if (layers.count === 1) return [document]
  if (operation.operation === 'subscription') {
    throw new GraphQLError(
      'The fields of this subscription require contradictory arguments; ask for some of them in a query.',
    )
  }
  return Array.from({ length: layers.count }, (_, layer) => ({
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, selectionSet: layers.select(operation.selectionSet, layer) }],
  }))
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/** Decides for each field in which of the split queries it travels. */
class LayerAssignment {
  count = 1
  readonly #schema: GraphQLSchema
  readonly #requirements: Requirements
  readonly #layerOf = new Map<FieldNode, number>()
  readonly #contradictory: ReadonlySet<string>
  /** By layer: what its fields require, each at its path. */
  readonly #required: Needs[][] = []

  constructor(schema: GraphQLSchema, requirements: Requirements) {
    this.#schema = schema
    this.#requirements = requirements
    this.#contradictory = new Set(contradictoryFields(requirements))
  }

  assign(set: SelectionSetNode, type: GraphQLCompositeType, path: string, inherited: number): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = this.#schema.getType(selection.typeCondition?.name.value ?? type.name)
        this.assign(selection.selectionSet, isCompositeType(condition) ? condition : type, path, inherited)
      }
      if (selection.kind !== Kind.FIELD) continue
      const required = this.#requiredBy(selection.name.value, type)
      const layer = required.length === 0 ? inherited : this.#layerFor(required, path, inherited)
      this.#layerOf.set(selection, layer)
      const field = isUnionType(type) ? undefined : type.getFields()[selection.name.value]
      const named = field && getNamedType(field.type)
      if (selection.selectionSet !== undefined && isCompositeType(named)) {
        this.assign(selection.selectionSet, named, `${path}.${selection.alias?.value ?? selection.name.value}`, layer)
      }
    }
  }

  /** The part of a selection set that travels in a layer, with the fields that lead there. */
  select(set: SelectionSetNode, layer: number): SelectionSetNode {
    const selections = set.selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection]
      const own = selection.kind === Kind.FIELD && this.#layerOf.get(selection) === layer
      if (selection.selectionSet === undefined) return own ? [selection] : []
      const selectionSet = this.select(selection.selectionSet, layer)
      if (selectionSet.selections.length > 0) return [{ ...selection, selectionSet }]
      return own ? [{ ...selection, selectionSet: { ...selectionSet, selections: [TYPENAME] } }] : []
    })
    return { kind: Kind.SELECTION_SET, selections }
  }

  #requiredBy(field: string, type: GraphQLCompositeType): SelectionSetNode[] {
    const members = isAbstractType(type) ? this.#schema.getPossibleTypes(type) : []
    // An @interfaceObject requires for the interface what every implementation then has to have.
    const interfaces = [type, ...members].flatMap((each) => (isUnionType(each) ? [] : each.getInterfaces()))
    const names = new Set([type, ...members, ...interfaces].map(({ name }) => name))
    return [...names].flatMap((name) => {
      const coordinate = `${name}.${field}`
      if (this.#contradictory.has(coordinate)) throw new GraphQLError(contradictionIn(coordinate))
      return this.#requirements.get(coordinate) ?? []
    })
  }

  #layerFor(required: readonly SelectionSetNode[], path: string, from: number): number {
    const needs = required.map((set) => neededBy(set, path))
    let layer = from
    while (this.#required[layer]?.some((known) => needs.some((wanted) => contradict(known, wanted)))) layer++
    this.#required[layer] = [...(this.#required[layer] ?? []), ...needs]
    this.count = Math.max(this.count, layer + 1)
    return layer
  }
}

/** Why a field cannot be asked for. */
export function contradictionIn(coordinate: string): string {
  return `${coordinate} cannot be computed: its @requires, with what the required fields require themselves, needs one field of one object with different arguments.`
}

function inlineFragments(document: DocumentNode): OperationDefinitionNode {
  const fragments = new Map<string, FragmentDefinitionNode>()
  let operation: OperationDefinitionNode | undefined
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
    else if (definition.kind === Kind.OPERATION_DEFINITION) operation = definition
  }
  if (operation === undefined) throw new Error('A planning document has one operation')
  return visit(operation, {
    FragmentSpread(spread) {
      const fragment = fragments.get(spread.name.value)
      if (fragment === undefined) return null
      const { typeCondition, selectionSet } = fragment
      return { kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet }
    },
  })
}
