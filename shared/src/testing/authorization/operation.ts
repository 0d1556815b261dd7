import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql'
import type { Place } from './places.ts'
import { type Arguments, completeArguments } from './sample.ts'

/** An operation that goes to one place, and the way to its value in the answer. */
export interface PlaceOperation {
  readonly query: string
  readonly variables: Arguments
  readonly path: readonly (string | number)[]
}

interface OperationOptions {
  readonly place: Place
  readonly given: Arguments
  /** The key of the entity, for references and for fields of entities. */
  readonly key?: Arguments | undefined
  /** A query with `*` where the field goes, for fields of other types. */
  readonly through?: string | undefined
}

/** Of a payload the user errors, of a list whether it has something, of anything else that it is there. */
const selectionOf = (type: GraphQLOutputType): string => {
  const named = getNamedType(type)
  if (isLeafType(named)) return ''
  if (!isObjectType(named)) return '{ __typename }'
  const fields = named.getFields()
  const parts = ['__typename']
  if (fields.userErrors) parts.push('userErrors { code message }')
  if (fields.nodes && fields.pageInfo) parts.push('nodes { __typename }')
  return `{ ${parts.join(' ')} }`
}

/** What an entity shows without further rules: its plain values. */
const plainFields = (type: GraphQLObjectType): string =>
  Object.values(type.getFields())
    .filter((field) => isLeafType(getNamedType(field.type)) && !field.args.some(isRequiredArgument))
    .filter(
      ({ astNode }) => !astNode?.directives?.some(({ name }) => /^(authenticated|requiresScopes)$/.test(name.value)),
    )
    .map(({ name }) => name)
    .join(' ')

const call = (field: GraphQLField<unknown, unknown>, given: Arguments) => {
  const variables = completeArguments(field.args, given)
  const used = field.args.filter(({ name }) => name in variables)
  return {
    variables,
    definitions: used.map(({ name, type }) => `$${name}: ${type.toString()}`),
    selection: `${field.name}${used.length > 0 ? `(${used.map(({ name }) => `${name}: $${name}`).join(', ')})` : ''} ${selectionOf(field.type)}`,
  }
}

const head = (kind: string, definitions: readonly string[]): string =>
  definitions.length > 0 ? `${kind} (${definitions.join(', ')})` : kind

/** Builds the operation that asks for one place. */
export const operationFor = ({ place, given, key, through }: OperationOptions): PlaceOperation => {
  const { field, type, kind } = place
  const asked = field ? call(field, given) : { variables: {}, definitions: [], selection: plainFields(type) }
  if (kind === 'query' || kind === 'mutation' || kind === 'subscription')
    return {
      query: `${head(kind, asked.definitions)} { ${asked.selection} }`,
      variables: asked.variables,
      path: [field?.name ?? ''],
    }
  if (through)
    return {
      query: `${head('query', asked.definitions)} ${through.replace('*', asked.selection)}`,
      variables: asked.variables,
      path: [...through.slice(0, through.indexOf('*')).matchAll(/(\w+)\s*(?:\([^)]*\))?\s*\{/g)]
        .flatMap(([, name]) => name ?? [])
        .concat(field?.name ?? ''),
    }
  if (!key) throw new Error(`${place.name} needs the key of its entity, or a way through`)
  return {
    query: `${head('query', ['$representations: [_Any!]!', ...asked.definitions])} {
      _entities(representations: $representations) { ... on ${type.name} { ${asked.selection} } } }`,
    variables: { ...asked.variables, representations: [{ __typename: type.name, ...key }] },
    path: field ? ['_entities', 0, field.name] : ['_entities', 0],
  }
}
