import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql'

/** `Type.field` → what its `@requires` needs, for the fields whose requirements have arguments. */
export type Requirements = ReadonlyMap<string, readonly SelectionSetNode[]>

/** Reads the requirements with arguments out of a supergraph's `@join__field(requires:)`. */
export function readRequirements(supergraphSdl: string): Requirements {
  const requirements = new Map<string, SelectionSetNode[]>()
  for (const definition of parse(supergraphSdl).definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue
    for (const field of definition.fields ?? []) {
      const sets = (field.directives ?? []).flatMap((directive) => {
        const value = directive.arguments?.find((argument) => argument.name.value === 'requires')?.value
        if (directive.name.value !== 'join__field' || value?.kind !== Kind.STRING || !value.value.includes('('))
          return []
        return [selectionSetOf(value.value)]
      })
      if (sets.length > 0) requirements.set(`${definition.name.value}.${field.name.value}`, sets)
    }
  }
  return requirements
}

function selectionSetOf(fieldSet: string): SelectionSetNode {
  const [definition] = parse(`{${fieldSet}}`).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`Not a field set: ${fieldSet}`)
  return definition.selectionSet
}

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
  if (operation.operation === 'subscription' || !root) return [document]
  const layers = new LayerAssignment(schema, requirements)
  layers.assign(operation.selectionSet, root, '', 0)
  if (layers.count === 1) return [document]
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
  /** By response path: what the fields of each layer require there. */
  readonly #required = new Map<string, SelectionSetNode[][]>()

  constructor(schema: GraphQLSchema, requirements: Requirements) {
    this.#schema = schema
    this.#requirements = requirements
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
    const types = isAbstractType(type)
      ? [type, ...this.#schema.getPossibleTypes(type)]
      : isObjectType(type)
        ? [type]
        : []
    return types.flatMap(({ name }) => this.#requirements.get(`${name}.${field}`) ?? [])
  }

  #layerFor(required: readonly SelectionSetNode[], path: string, from: number): number {
    const layers = this.#required.get(path) ?? []
    this.#required.set(path, layers)
    let layer = from
    while ((layers[layer] ?? []).some((known) => required.some((wanted) => contradict(known, wanted)))) layer++
    layers[layer] = [...(layers[layer] ?? []), ...required]
    this.count = Math.max(this.count, layer + 1)
    return layer
  }
}

/** True when two field sets need one field with different arguments. */
function contradict(a: SelectionSetNode, b: SelectionSetNode): boolean {
  const fieldsOf = (set: SelectionSetNode): FieldNode[] =>
    set.selections.flatMap((selection) =>
      selection.kind === Kind.FIELD
        ? [selection]
        : selection.kind === Kind.INLINE_FRAGMENT
          ? fieldsOf(selection.selectionSet)
          : [],
    )
  const argumentsOf = (field: FieldNode) => (field.arguments ?? []).map(print).sort().join()
  return fieldsOf(a).some((one) =>
    fieldsOf(b).some((other) => {
      if (one.name.value !== other.name.value) return false
      if (argumentsOf(one) !== argumentsOf(other)) return true
      return (
        one.selectionSet !== undefined &&
        other.selectionSet !== undefined &&
        contradict(one.selectionSet, other.selectionSet)
      )
    }),
  )
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
