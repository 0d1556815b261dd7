import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  Kind,
  parse,
  valueFromASTUntyped,
} from 'graphql'

/** What a caller must have. `scopes` and `policies`: any one of the inner lists, all of its members. */
export type AccessRule =
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'scopes'; readonly anyOf: readonly (readonly string[])[] }
  | { readonly kind: 'policies'; readonly anyOf: readonly (readonly string[])[] }

/** The rules of a supergraph, by type name and by `Type.field`. All rules of a place must hold. */
export type AccessRules = ReadonlyMap<string, readonly AccessRule[]>

const SPECIFICATIONS = ['authenticated', 'requiresScopes', 'policy'] as const

/**
 * Reads `@authenticated`, `@requiresScopes` and `@policy` (Federation 2.5 and 2.6), under whatever names `@link` gave them.
 * @see https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/directives
 */
export function readAccessRules(supergraphSdl: string): AccessRules {
  const document = parse(supergraphSdl)
  const names = localNames(document)
  const rules = new Map<string, AccessRule[]>()
  const add = (place: string, directives: readonly ConstDirectiveNode[] | undefined) => {
    const own = (directives ?? []).flatMap((directive) => ruleOf(directive, names) ?? [])
    if (own.length > 0) rules.set(place, [...(rules.get(place) ?? []), ...own])
  }
  for (const definition of document.definitions) {
    if (!('name' in definition) || definition.name === undefined || !('directives' in definition)) continue
    if (definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION) continue
    add(definition.name.value, definition.directives)
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue
    for (const field of definition.fields ?? []) add(`${definition.name.value}.${field.name.value}`, field.directives)
  }
  return rules
}

/** Local directive name → specification, from `@link(url: "https://specs.apollo.dev/authenticated/v0.1", as: …)`. */
function localNames(document: DocumentNode): Map<string, (typeof SPECIFICATIONS)[number]> {
  const names = new Map<string, (typeof SPECIFICATIONS)[number]>()
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue
    for (const link of definition.directives ?? []) {
      const url = textArgument(link, 'url') ?? ''
      const specification = SPECIFICATIONS.find((name) => url.includes(`/${name}/v`))
      if (specification !== undefined) names.set(textArgument(link, 'as') ?? specification, specification)
    }
  }
  return names
}

function ruleOf(
  directive: ConstDirectiveNode,
  names: ReadonlyMap<string, (typeof SPECIFICATIONS)[number]>,
): AccessRule | undefined {
  switch (names.get(directive.name.value)) {
    case 'authenticated':
      return { kind: 'authenticated' }
    case 'requiresScopes':
      return { kind: 'scopes', anyOf: listsOf(argument(directive, 'scopes')) }
    case 'policy':
      return { kind: 'policies', anyOf: listsOf(argument(directive, 'policies')) }
    default:
      return undefined
  }
}

/** GraphQL coerces a single value to a list, so `["a"]` and `"a"` are legal too. */
function listsOf(value: ConstValueNode | undefined): string[][] {
  const lists: unknown = value && valueFromASTUntyped(value)
  if (!Array.isArray(lists)) return [[String(lists)]]
  return lists.map((list) => (Array.isArray(list) ? list.map(String) : [String(list)]))
}

function argument(directive: ConstDirectiveNode, name: string): ConstValueNode | undefined {
  return directive.arguments?.find((candidate) => candidate.name.value === name)?.value
}

function textArgument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = argument(directive, name)
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined
}
