import {
  type DocumentNode,
  defaultFieldResolver,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  getNamedType,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
} from 'graphql'
import { isJsonObject } from '../json.ts'
import { type FederatedGraph, federatedGraph } from './federated-graph.ts'

/**
 * A record of a store: full data of one object, whichever services own parts of it. Functions are computed fields; in a
 * service, `this.given` is the representation that it got.
 */
export interface StoreRecord {
  readonly __typename: string
  /** The only service that knows the record, although it gives others its keys. */
  readonly __onlyIn?: string
  /** The others fail when they are asked for it; by default they answer null. */
  readonly __failsElsewhere?: boolean
  readonly [field: string]: unknown
}

/**
 * A graph over one set of plain objects. Every service answers its own fields of them; fields that a service marks
 * `@external` reach it only through representations. The same objects answer as a monolith, which says what is right.
 */
export interface StoreGraph extends FederatedGraph {
  /** What one graphql-js schema over the same objects answers. */
  runMonolith(query: string, variables?: Record<string, unknown>): Promise<ExecutionResult>
}

/** The root fields and every record that a reference may name. */
export interface Store {
  readonly root: Readonly<Record<string, unknown>>
  readonly records: readonly StoreRecord[]
  /** Types and `Enum.VALUE`s that clients do not see: null for the monolith. */
  readonly hidden?: ReadonlySet<string>
}

/** Builds services by name from their SDL alone, answering from the store. */
export function storeGraph(sdlOf: Readonly<Record<string, string>>, store: Store): StoreGraph {
  const services = Object.fromEntries(
    Object.entries(sdlOf).map(([name, sdl]) => [name, { sdl, resolvers: resolversFor(name, parse(sdl), store) }]),
  )
  const graph = federatedGraph(services)
  return {
    ...graph,
    async runMonolith(query, variables) {
      const document = parse(query)
      const result = await execute({
        schema: graph.engine.schema,
        document,
        rootValue: store.root,
        fieldResolver: store.hidden === undefined ? defaultFieldResolver : hiding(store.hidden),
        ...(variables === undefined ? {} : { variableValues: variables }),
      })
      return JSON.parse(JSON.stringify(result)) as ExecutionResult
    },
  }
}

function hiding(hidden: ReadonlySet<string>): GraphQLFieldResolver<unknown, unknown> {
  const visible = (value: unknown, enumName: string): unknown => {
    if (Array.isArray(value)) return value.map((each) => visible(each, enumName))
    if (typeof value === 'string') return hidden.has(`${enumName}.${value}`) ? null : value
    return isJsonObject(value) && hidden.has(String(value.__typename)) ? null : value
  }
  return (source, args, context, info) =>
    visible(defaultFieldResolver(source, args, context, info), getNamedType(info.returnType).name)
}

type FieldResolver = (source: Record<string, unknown>, args: unknown) => unknown

function resolversFor(
  service: string,
  document: DocumentNode,
  store: Store,
): Record<string, Record<string, FieldResolver>> {
  const resolvers: Record<string, Record<string, FieldResolver>> = {}
  for (const definition of document.definitions) {
    if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION && hasDirective(definition, 'key')) {
      resolvers[definition.name.value] = {
        __resolveReference: (key) =>
          lookUp({ service, typename: definition.name.value, external: [] }, key, store, true),
      }
    }
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION) continue
    const name = definition.name.value
    const fields = (definition.fields ?? []).map((field) => field.name.value)
    if (name === 'Subscription') {
      const roots = fields.map((field) => [field, { subscribe: once, resolve: rootResolver(store, field) }])
      resolvers[name] = { ...resolvers[name], ...Object.fromEntries(roots) }
    } else if (name === 'Query' || name === 'Mutation') {
      const roots = fields.map((field) => [field, rootResolver(store, field)])
      resolvers[name] = { ...resolvers[name], ...Object.fromEntries(roots) }
    } else if (hasDirective(definition, 'key')) {
      const external = externalFields(definition as ObjectTypeDefinitionNode)
      resolvers[name] = { __resolveReference: (key) => lookUp({ service, typename: name, external }, key, store) }
    }
  }
  return resolvers
}

const rootResolver =
  (store: Store, field: string): FieldResolver =>
  (_, args) =>
    call(store.root, field, args)

/** The source of a subscription that tells one thing. */
async function* once() {
  yield {}
}

function hasDirective(node: { readonly directives?: ObjectTypeDefinitionNode['directives'] }, name: string): boolean {
  return node.directives?.some((directive) => directive.name.value === name) === true
}

function externalFields({ fields }: ObjectTypeDefinitionNode): string[] {
  return (fields ?? []).filter((field) => hasDirective(field, 'external')).map((field) => field.name.value)
}

function call(source: Readonly<Record<string, unknown>>, field: string, args: unknown): unknown {
  const value = source[field]
  return typeof value === 'function' ? value.call(source, args) : value
}

interface Asked {
  readonly service: string
  readonly typename: string
  readonly external: readonly string[]
}

function lookUp(
  { service, typename, external }: Asked,
  key: Record<string, unknown>,
  store: Store,
  isInterface = false,
): unknown {
  const record = store.records.find((candidate) => matches(candidate, key, typename, external))
  if (record === undefined) return null
  if (record.__onlyIn !== undefined && record.__onlyIn !== service) {
    return record.__failsElsewhere === true ? Promise.reject(new GraphQLError('not found')) : null
  }
  // As an @interfaceObject, a service calls the record by the interface; the owner of the interface knows better.
  const known: Record<string, unknown> = { ...record, __typename: isInterface ? record.__typename : typename }
  for (const field of external) delete known[field]
  for (const [field, value] of Object.entries(key)) {
    if (value !== undefined && field !== '__typename' && typeof known[field] !== 'function') known[field] = value
  }
  return { ...known, given: key }
}

/** A record answers to a type that is its own, or an interface that it says it has (`__interfaces`). */
function matches(
  record: StoreRecord,
  key: Record<string, unknown>,
  typename: string,
  external: readonly string[],
): boolean {
  const interfaces = (record.__interfaces as readonly string[] | undefined) ?? []
  if (record.__typename !== typename && !interfaces.includes(typename)) return false
  return Object.entries(key).every(
    ([field, value]) =>
      field === '__typename' ||
      external.includes(field) ||
      (typeof record[field] === 'function' && record.__onlyIn === undefined) ||
      contains(record[field], value),
  )
}

function contains(actual: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) return Array.isArray(actual) && wanted.every((each, i) => contains(actual[i], each))
  if (typeof wanted !== 'object' || wanted === null) return actual === wanted
  if (typeof actual !== 'object' || actual === null) return false
  return Object.entries(wanted).every(([field, value]) => contains((actual as Record<string, unknown>)[field], value))
}
