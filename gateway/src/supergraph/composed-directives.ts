import {
  type ConstDirectiveNode,
  type DirectiveDefinitionNode,
  type DocumentNode,
  extendSchema,
  type GraphQLSchema,
  Kind,
  type TypeNode,
} from 'graphql'

const EXECUTABLE = new Set([
  'QUERY',
  'MUTATION',
  'SUBSCRIPTION',
  'FIELD',
  'FRAGMENT_DEFINITION',
  'FRAGMENT_SPREAD',
  'INLINE_FRAGMENT',
  'VARIABLE_DEFINITION',
])

/**
 * Directives for operations that services brought into the supergraph with `@composeDirective`. The composed API schema
 * leaves them out together with the specification that they were imported from, although clients may use them.
 */
export function findComposedDirectives(supergraph: DocumentNode, apiSchema: GraphQLSchema): DirectiveDefinitionNode[] {
  const linked = linkedNames(supergraph)
  return supergraph.definitions.filter(
    (definition): definition is DirectiveDefinitionNode =>
      definition.kind === Kind.DIRECTIVE_DEFINITION &&
      linked.has(definition.name.value) &&
      definition.locations.some(({ value }) => EXECUTABLE.has(value)) &&
      apiSchema.getDirective(definition.name.value) === undefined &&
      (definition.arguments ?? []).every(({ type }) => isKnown(type, apiSchema)),
  )
}

/** The API schema with directives for operations; their locations in schemas are of no use to a client. */
export function withDirectives(apiSchema: GraphQLSchema, directives: readonly DirectiveDefinitionNode[]) {
  if (directives.length === 0) return apiSchema
  const definitions = directives.map((definition) => ({
    ...definition,
    locations: definition.locations.filter(({ value }) => EXECUTABLE.has(value)),
    arguments: (definition.arguments ?? []).map((argument) => ({ ...argument, directives: [] })),
  }))
  return extendSchema(apiSchema, { kind: Kind.DOCUMENT, definitions }, { assumeValidSDL: true })
}

/** Names of directives that a `@link` imports, under the names that they have here. */
function linkedNames(supergraph: DocumentNode): Set<string> {
  const links = supergraph.definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
      ? (definition.directives ?? []).filter(({ name }) => name.value === 'link')
      : [],
  )
  return new Set(links.flatMap(importedBy))
}

function importedBy(link: ConstDirectiveNode): string[] {
  const imports = link.arguments?.find(({ name }) => name.value === 'import')?.value
  if (imports?.kind !== Kind.LIST) return []
  return imports.values.flatMap((entry) => {
    if (entry.kind === Kind.STRING) return [entry.value.slice(1)]
    if (entry.kind !== Kind.OBJECT) return []
    const named = (key: string) => entry.fields.find(({ name }) => name.value === key)?.value
    const name = named('as') ?? named('name')
    return name?.kind === Kind.STRING ? [name.value.slice(1)] : []
  })
}

function isKnown(type: TypeNode, schema: GraphQLSchema): boolean {
  return type.kind === Kind.NAMED_TYPE ? schema.getType(type.name.value) !== undefined : isKnown(type.type, schema)
}
