import {
  type ConstDirectiveNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isObjectType,
  Kind,
} from 'graphql'

/** A place of a service's schema where somebody is let through or refused: one row of the matrix. */
export interface Place {
  /** `Mutation.placeOrder`, `Order.notes`; `_entities.Order` for the reference of an entity. */
  readonly name: string
  readonly kind: 'query' | 'mutation' | 'subscription' | 'field' | 'reference'
  readonly type: GraphQLObjectType
  /** Null for a reference. */
  readonly field: GraphQLField<unknown, unknown> | null
  readonly isEntity: boolean
  /** `@authenticated` stands in the SDL. */
  readonly authenticated: boolean
  /** Scopes of `@requiresScopes`, each enough alone or with those beside it. */
  readonly scopes: readonly (readonly string[])[]
}

const ROOTS = { Query: 'query', Mutation: 'mutation', Subscription: 'subscription' } as const
const FEDERATION = ['_entities', '_service']

const directivesOfType = ({ astNode, extensionASTNodes }: GraphQLObjectType): readonly ConstDirectiveNode[] =>
  [astNode, ...extensionASTNodes].flatMap((node) => node?.directives ?? [])

const directive = (directives: readonly ConstDirectiveNode[] | undefined, name: string) =>
  directives?.find((each) => each.name.value === name)

const scopesOf = (found: ConstDirectiveNode | undefined): string[][] => {
  const value = found?.arguments?.find(({ name }) => name.value === 'scopes')?.value
  if (value?.kind !== Kind.LIST) return []
  return value.values.map((all) =>
    all.kind === Kind.LIST ? all.values.flatMap((scope) => (scope.kind === Kind.STRING ? [scope.value] : [])) : [],
  )
}

const keysOf = (type: GraphQLObjectType): string[] =>
  directivesOfType(type).flatMap((each) => {
    const fields = each.arguments?.find(({ name }) => name.value === 'fields')?.value
    const resolvable = each.arguments?.find(({ name }) => name.value === 'resolvable')?.value
    if (each.name.value !== 'key' || fields?.kind !== Kind.STRING) return []
    return resolvable?.kind === Kind.BOOLEAN && !resolvable.value ? [] : [fields.value]
  })

const takesId = (field: GraphQLField<unknown, unknown>): boolean =>
  field.args.some(({ type }: GraphQLArgument) => getNamedType(type).name === 'ID')

/** Values that are made of what their parent may show anyway. */
const PLAIN = ['Money']

const needsDecision = (type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, isEntity: boolean): boolean => {
  const named = getNamedType(field.type)
  if (directive(field.astNode?.directives, 'requiresScopes') ?? directive(field.astNode?.directives, 'authenticated'))
    return true
  if (type.name === 'Viewer' || takesId(field)) return true
  if (named.name === 'EmailAddress') return !type.name.endsWith('Payload')
  return isEntity && !isLeafType(named) && !PLAIN.includes(named.name)
}

/**
 * Every place of a service's schema that needs a decision: each field of Query, Mutation and Subscription; each field of Viewer; each
 * reference through `_entities`; each field of another type that carries a rule in the SDL, takes an id, holds an e-mail address, or
 * leads from an entity to other objects.
 */
export const placesOf = (schema: GraphQLSchema): Place[] =>
  Object.values(schema.getTypeMap())
    .filter((type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('_'))
    .flatMap((type) => placesOfType(type))

const placesOfType = (type: GraphQLObjectType): Place[] => {
  const root = ROOTS[type.name as keyof typeof ROOTS]
  const keys = keysOf(type)
  const isEntity = keys.length > 0
  const keyFields = keys.flatMap((fields) => fields.split(/\s+/))
  const places = Object.values(type.getFields())
    .filter(({ name }) => !FEDERATION.includes(name) && !keyFields.includes(name))
    .filter((field) => root || needsDecision(type, field, isEntity))
    .map((field): Place => {
      const directives = field.astNode?.directives
      return {
        name: `${type.name}.${field.name}`,
        kind: root ?? 'field',
        type,
        field,
        isEntity,
        authenticated: directive(directives, 'authenticated') !== undefined,
        scopes: scopesOf(directive(directives, 'requiresScopes')),
      }
    })
  const reference: Place = {
    name: `_entities.${type.name}`,
    kind: 'reference',
    type,
    field: null,
    isEntity,
    authenticated: false,
    scopes: [],
  }
  return isEntity ? [reference, ...places] : places
}

/** A place that no rule of {@link placesOf} asks for, named in a table all the same. Null when the schema has no such field. */
export const placeNamed = (schema: GraphQLSchema, name: string): Place | null => {
  const [typeName = '', fieldName = ''] = name.split('.')
  const type = schema.getType(typeName)
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined
  if (!isObjectType(type) || !field) return null
  const isEntity = keysOf(type).length > 0
  return { name, kind: 'field', type, field, isEntity, authenticated: false, scopes: [] }
}
