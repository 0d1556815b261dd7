import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isAbstractType,
  isCompositeType,
  Kind,
  parse,
  TypeInfo,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql'

/** One `@cacheControl`. */
interface CacheHint {
  readonly maxAge?: number
  readonly scope?: string
  readonly inheritMaxAge?: boolean
}

/** What a supergraph says of caching, by `Type` and `Type.field`. */
export type CacheHints = ReadonlyMap<string, CacheHint>

/** For how long an answer may be kept, and whether by anybody or by the client alone. */
export interface CachePolicy {
  readonly maxAgeSeconds: number
  readonly isPrivate: boolean
}

/**
 * Reads `@cacheControl(maxAge, scope, inheritMaxAge)`, Apollo Server's directive, from a supergraph; services bring it there with
 * `@composeDirective`.
 */
export const readCacheHints = (supergraphSdl: string): CacheHints => {
  const hints = new Map<string, CacheHint>()
  if (!supergraphSdl.includes('@cacheControl')) return hints
  visit(parse(supergraphSdl, { noLocation: true }), {
    Directive: {
      enter({ name, arguments: given = [] }, _key, _parent, _path, ancestors) {
        if (name.value !== 'cacheControl') return
        const names = ancestors.flatMap((node) =>
          'kind' in node && 'name' in node && node.name ? [node.name.value] : [],
        )
        const values = given.map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)])
        hints.set(names.join('.'), Object.fromEntries(values) as CacheHint)
      },
    },
  })
  return hints
}

/**
 * For how long the answer to an operation may be kept: as long as the shortest of its fields allows. Root fields and fields of objects must
 * say so, or there is no caching at all; fields of scalars last as long as what they stand in (Apollo Server's rules).
 * @returns null when it must not be kept
 */
export const cachePolicyOf = (
  { schema, hints }: { readonly schema: GraphQLSchema; readonly hints: CacheHints },
  document: DocumentNode,
  operationName: string | null,
): CachePolicy | null => {
  const operation = getOperationAST(document, operationName)
  if (hints.size === 0 || operation?.operation !== 'query') return null
  const root = schema.getQueryType()
  const types = new TypeInfo(schema)
  let maxAgeSeconds = Number.POSITIVE_INFINITY
  let isPrivate = false
  const readField = () => {
    const parent = types.getParentType()
    const field = types.getFieldDef()
    // The schema itself, and what nobody knows, is not to be kept.
    if (!parent || !field || field.name.startsWith('__')) {
      if (field?.name !== '__typename') maxAgeSeconds = 0
      return
    }
    const target = getNamedType(field.type)
    const own = hints.get(`${parent.name}.${field.name}`) ?? {}
    const ofTypes = isCompositeType(target) ? typeHints(schema, target, hints) : []
    if (own.scope === 'PRIVATE' || ofTypes.some(({ scope }) => scope === 'PRIVATE')) isPrivate = true
    const mustSay = parent === root || (isCompositeType(target) && own.inheritMaxAge !== true)
    const said = own.maxAge === undefined ? ofTypes.map(({ maxAge }) => maxAge) : [own.maxAge]
    for (const maxAge of said.length > 0 ? said : [undefined]) {
      if (maxAge !== undefined) maxAgeSeconds = Math.min(maxAgeSeconds, maxAge)
      else if (mustSay) maxAgeSeconds = 0
    }
  }
  // Fragments of other operations are read as well, which can only shorten the time.
  const definitions = document.definitions.filter(
    (each) => each === operation || each.kind === Kind.FRAGMENT_DEFINITION,
  )
  visit({ ...document, definitions }, visitWithTypeInfo(types, { Field: readField }))
  return Number.isFinite(maxAgeSeconds) && maxAgeSeconds > 0 ? { maxAgeSeconds, isPrivate } : null
}

/** The hints of a type; of an abstract one also those of its members that have any. */
const typeHints = (schema: GraphQLSchema, type: GraphQLNamedType, hints: CacheHints): CacheHint[] => {
  const members = isAbstractType(type) ? schema.getPossibleTypes(type) : []
  return [hints.get(type.name) ?? {}, ...members.flatMap((member) => hints.get(member.name) ?? [])]
}
