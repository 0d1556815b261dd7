import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type NamedTypeNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql'

/**
 * `Type.field` → what its `@requires` needs, and what those fields need in turn, for the fields of which anything has
 * arguments.
 */
export type Requirements = ReadonlyMap<string, readonly SelectionSetNode[]>

/**
 * Reads the requirements with arguments out of a supergraph's `@join__field(requires:)`. Where a required field requires
 * others itself, theirs stand beside it: they are fetched into the same object.
 */
export function readRequirements(supergraph: DocumentNode): Requirements {
  const source = readSource(supergraph)
  const requirements = new Map<string, SelectionSetNode[]>()
  for (const [coordinate, sets] of source.sets) {
    const [type = ''] = coordinate.split('.')
    const whole = sets.map((set) => withRequired(set, type, source, [coordinate]))
    if (whole.some((set) => print(set).includes('('))) requirements.set(coordinate, whole)
  }
  return requirements
}

/** Every field that nothing can answer: what it requires needs one field of one object with different arguments. */
export function contradictoryFields(requirements: Requirements): string[] {
  return [...requirements].flatMap(([coordinate, sets]) =>
    sets.every((set) => contradict(neededBy(set, ''), neededBy(set, ''))) ? [coordinate] : [],
  )
}

interface Source {
  /** `Type.field` → its `@requires`, one for each service that has one. */
  readonly sets: ReadonlyMap<string, readonly SelectionSetNode[]>
  /** `Type.field` → the named type that it leads to. */
  readonly targets: ReadonlyMap<string, string>
  /** Interface → the types that implement it. */
  readonly members: ReadonlyMap<string, readonly string[]>
}

function readSource({ definitions }: DocumentNode): Source {
  const sets = new Map<string, SelectionSetNode[]>()
  const targets = new Map<string, string>()
  const members = new Map<string, string[]>()
  for (const definition of definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue
    const type = definition.name.value
    for (const { name } of definition.interfaces ?? []) {
      members.set(name.value, [...(members.get(name.value) ?? []), type])
    }
    for (const field of definition.fields ?? []) {
      const coordinate = `${type}.${field.name.value}`
      targets.set(coordinate, namedType(field.type).name.value)
      const own = (field.directives ?? []).flatMap((directive) => {
        const value = directive.arguments?.find((argument) => argument.name.value === 'requires')?.value
        return directive.name.value === 'join__field' && value?.kind === Kind.STRING
          ? [selectionSetOf(value.value)]
          : []
      })
      if (own.length > 0) sets.set(coordinate, own)
    }
  }
  return { sets, targets, members }
}

function namedType(type: TypeNode): NamedTypeNode {
  return type.kind === Kind.NAMED_TYPE ? type : namedType(type.type)
}

function selectionSetOf(fieldSet: string): SelectionSetNode {
  const [definition] = parse(`{${fieldSet}}`).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`Not a field set: ${fieldSet}`)
  return definition.selectionSet
}

/** A field set with what its fields require beside them; `above` are the fields that it is required for. */
function withRequired(set: SelectionSetNode, type: string, source: Source, above: readonly string[]): SelectionSetNode {
  const selections = set.selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return []
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value ?? type
      return [{ ...selection, selectionSet: withRequired(selection.selectionSet, condition, source, above) }]
    }
    const types = [type, ...(source.members.get(type) ?? [])]
    const required = types.flatMap((each) => {
      const coordinate = `${each}.${selection.name.value}`
      if (above.includes(coordinate)) return []
      const sets = source.sets.get(coordinate) ?? []
      return sets.flatMap((own) => withRequired(own, each, source, [...above, coordinate]).selections)
    })
    if (selection.selectionSet === undefined) return [...required, selection]
    const target = source.targets.get(`${type}.${selection.name.value}`) ?? ''
    return [...required, { ...selection, selectionSet: withRequired(selection.selectionSet, target, source, above) }]
  })
  return { ...set, selections }
}

/** What is needed at each response path: arguments by field. */
export type Needs = ReadonlyMap<string, readonly FieldNode[]>

/** The fields that a field set needs of the object at `path`, and of those below it. */
export function neededBy(set: SelectionSetNode, path: string, needs = new Map<string, FieldNode[]>()): Needs {
  for (const selection of set.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) neededBy(selection.selectionSet, path, needs)
    if (selection.kind !== Kind.FIELD) continue
    needs.set(path, [...(needs.get(path) ?? []), selection])
    if (selection.selectionSet !== undefined) neededBy(selection.selectionSet, `${path}.${selection.name.value}`, needs)
  }
  return needs
}

/** True when one field of one object is needed with different arguments. */
export function contradict(some: Needs, others: Needs): boolean {
  const argumentsOf = (field: FieldNode) => (field.arguments ?? []).map(print).sort().join()
  return [...some].some(([path, fields]) =>
    others
      .get(path)
      ?.some((other) =>
        fields.some((one) => one.name.value === other.name.value && argumentsOf(one) !== argumentsOf(other)),
      ),
  )
}
