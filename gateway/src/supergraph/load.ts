import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, type Schema, Supergraph } from '@apollo/federation-internals'
import { type GraphQLSchema, isEnumType, parse } from 'graphql'
import { type OverrideShares, readOverrideShares } from '../plan/overrides.ts'
import { type Requirements, readRequirements } from '../plan/requirements.ts'
import { type AccessRules, readAccessRules } from './access-rules.ts'
import { findComposedDirectives, withDirectives } from './composed-directives.ts'
import { findInterfaceObjects, withoutShadowedKeys } from './resolvable-keys.ts'

/** A supergraph in every form that planning and execution need. Immutable; a swap makes a new one. */
export interface LoadedSupergraph {
  readonly sdl: string
  readonly supergraph: Supergraph
  /** The client-facing schema for planning. */
  readonly planningSchema: Schema
  /** The same schema for validation, introspection and shaping. */
  readonly apiSchema: GraphQLSchema
  /** Subgraph name → routing URL, as written in `join__Graph`. */
  readonly services: ReadonlyMap<string, string>
  /** Object types by abstract type, inaccessible ones included. */
  readonly objectTypesOf: ReadonlyMap<string, ReadonlySet<string>>
  /** Names of object types, and `Enum.VALUE` of enum values, that services know and clients must not see (`@inaccessible`). */
  readonly hidden: ReadonlySet<string>
  /** Fields that require fields with arguments, directly or through others. */
  readonly requirements: Requirements
  readonly accessRules: AccessRules
  readonly overrideShares: OverrideShares
  /** Directives of operations that are for the gateway alone: the planner knows none of them (composed-directives.ts). */
  readonly composedDirectives: ReadonlySet<string>
  /** Interfaces that some service calls an object (`@interfaceObject`). */
  readonly interfaceObjects: ReadonlySet<string>
  /** Every object type of the supergraph, inaccessible ones included. */
  readonly objectTypes: ReadonlySet<string>
}

/**
 * Reads and validates a composed supergraph.
 * `ROUTER_SUPPORTED_SUPERGRAPH_FEATURES` also admits `@authenticated`, `@requiresScopes` and `@policy`, which this
 * gateway enforces itself (plan/authorization.ts) and the planner ignores.
 * @throws GraphQLError when the text is not a valid Federation 2 supergraph
 */
export function loadSupergraph(sdl: string): LoadedSupergraph {
  const supergraph = Supergraph.build(withoutShadowedKeys(sdl), {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  })
  const planningSchema = supergraph.apiSchema()
  const { objectTypesOf, objectTypes } = collectObjectTypes(supergraph.schema)
  const planned = planningSchema.toGraphQLJSSchema({ includeDefer: true })
  const document = parse(sdl)
  const directives = findComposedDirectives(document, planned)
  const apiSchema = withDirectives(planned, directives)
  return {
    sdl,
    supergraph,
    planningSchema,
    apiSchema,
    hidden: collectHidden(supergraph.schema, apiSchema),
    services: new Map(supergraph.subgraphsMetadata().map(({ name, url }) => [name, url])),
    objectTypesOf,
    objectTypes,
    requirements: readRequirements(document),
    accessRules: readAccessRules(sdl),
    overrideShares: readOverrideShares(sdl),
    interfaceObjects: findInterfaceObjects(document),
    composedDirectives: new Set(directives.map(({ name }) => name.value)),
  }
}

function collectHidden(schema: Schema, apiSchema: GraphQLSchema): ReadonlySet<string> {
  const types = schema.objectTypes().map(({ name }) => name)
  const values = schema.enumTypes().flatMap((type) => {
    const visible = apiSchema.getType(type.name)
    return type.values.flatMap(({ name }) =>
      isEnumType(visible) && visible.getValue(name) === undefined ? [`${type.name}.${name}`] : [],
    )
  })
  return new Set([...types.filter((name) => apiSchema.getType(name) === undefined), ...values])
}

function collectObjectTypes(schema: Schema) {
  const objectTypesOf = new Map<string, ReadonlySet<string>>()
  for (const type of schema.interfaceTypes()) {
    objectTypesOf.set(type.name, new Set(type.possibleRuntimeTypes().map((member) => member.name)))
  }
  for (const type of schema.unionTypes()) {
    objectTypesOf.set(type.name, new Set(type.types().map((member) => member.name)))
  }
  return { objectTypesOf, objectTypes: new Set(schema.objectTypes().map((type) => type.name)) }
}
