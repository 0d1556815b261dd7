import { type ExecutionResult, GraphQLError, Kind, type OperationDefinitionNode, parse, print } from 'graphql'
import { Authorization, holds } from '../plan/authorization.ts'
import { type HoistedOperation, hoistLiterals } from '../plan/hoist-literals.ts'
import { likelyCallers, likelyConditions } from '../plan/likely-plans.ts'
import { LruMap } from '../plan/lru.ts'
import { decideOverrides } from '../plan/overrides.ts'
import { createPlanner, type Planner } from '../plan/planner.ts'
import { type PreparedOperation, prepareOperation } from '../plan/prepared-operation.ts'
import { specialize } from '../plan/specialize.ts'
import type { AccessRule } from '../supergraph/access-rules.ts'
import { type LoadedSupergraph, loadSupergraph } from '../supergraph/load.ts'
import type { RequestContext, SubgraphTransport } from '../transport/transport.ts'
import { coerceVariables } from './coerce-variables.ts'
import { type CompiledOperation, compileOperation } from './compile-operation.ts'
import type { EngineOperation } from './engine.ts'
import type { JsonObject } from './json.ts'
import type { EngineMetrics } from './metrics.ts'
import { validateOperation } from './operation-rules.ts'
import type { Run } from './run-plan.ts'

/** An operation with its plan and the variables that chose it. */
export interface PlannedOperation {
  readonly compiled: CompiledOperation
  readonly variables: Readonly<JsonObject>
}

type Access = Pick<RequestContext, 'scopes' | 'policies'>
type OperationText = Pick<EngineOperation, 'document' | 'source' | 'operationName'>

/** Enough of a plan to make it again on another supergraph. */
export interface RecentPlan {
  readonly operation: OperationText
  readonly conditions: Readonly<Record<string, boolean>>
  readonly incremental: boolean
  readonly access: Access
}

interface GuardedOperation extends PreparedOperation {
  /** The operation as it is planned: its normalized text, without literals. */
  readonly key: string
  /** What the client wrote into the operation and the plan has variables for. */
  readonly literals: Readonly<JsonObject>
  readonly hasLiterals: boolean
  /** With the client's own variables only. */
  readonly clientDefinition: OperationDefinitionNode
  readonly text: OperationText
  /** Rules whose outcomes choose the plan, as condition variables do. */
  readonly accessRules: readonly AccessRule[]
}

const MAX_OPERATIONS = 2_000
const MAX_PLANS = 4_000
const MAX_REMEMBERED = 500

/** One supergraph in force: its planner, its plans, and the ways to its services. */
export class Graph {
  readonly supergraph: LoadedSupergraph
  readonly transports: ReadonlyMap<string, SubgraphTransport>
  readonly onEntities: Run['onEntities']
  readonly #planner: Planner
  readonly #authorization: Authorization
  readonly #metrics: EngineMetrics
  readonly #prepared = new LruMap<string, GuardedOperation>(MAX_OPERATIONS)
  readonly #recent = new LruMap<string, RecentPlan>(MAX_REMEMBERED)
  readonly #plans = new LruMap<string, CompiledOperation>(MAX_PLANS)

  constructor(sdl: string, transportFor: (service: string, url: string) => SubgraphTransport, metrics: EngineMetrics) {
    this.supergraph = loadSupergraph(sdl)
    this.#planner = createPlanner(this.supergraph)
    this.#authorization = new Authorization(this.supergraph.apiSchema, this.supergraph.accessRules)
    this.#metrics = metrics
    this.onEntities = metrics.entities && reportEntities(metrics.entities)
    this.transports = new Map([...this.supergraph.services].map(([name, url]) => [name, transportFor(name, url)]))
  }

  /**
   * The compiled plan of an operation, from the cache when it was seen before.
   * @param incremental whether the client takes what it defers in parts of its own
   * @throws GraphQLError for unknown operations and variables that do not fit; Error when planning fails
   */
  plan(operation: EngineOperation, incremental = false): PlannedOperation {
    const prepared = this.#prepare(operation)
    const given = coerceVariables(this.supergraph.apiSchema, prepared.clientDefinition, operation.variables)
    const variables = prepared.hasLiterals ? { ...given, ...prepared.literals } : given
    return { compiled: this.#compile(prepared, variables, operation.context, incremental), variables }
  }

  /** What was planned lately, without anything that a client sent but the operation and its conditions. */
  recentPlans(): RecentPlan[] {
    return [...this.#recent.values()]
  }

  /** The plans that an operation document is likely to need. @throws GraphQLError when it is not one */
  likelyPlans(source: string): RecentPlan[] {
    const document = parse(source)
    if (validateOperation(this.supergraph.apiSchema, document).length > 0) return []
    const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    return operations.flatMap(({ name }) => {
      const operation = { document, source, operationName: name?.value ?? null }
      const { definition, conditionVariables, accessRules, hasDefer } = this.#prepare(operation)
      return likelyConditions(definition, conditionVariables).flatMap((conditions) =>
        likelyCallers(accessRules).flatMap((access) =>
          (hasDefer ? [false, true] : [false]).map((incremental) => ({ operation, conditions, access, incremental })),
        ),
      )
    })
  }

  /** Plans ahead what another supergraph had planned, so that a swap costs no client a plan. Invalid operations are skipped. */
  warm({ operation, conditions, access, incremental }: RecentPlan): void {
    if (validateOperation(this.supergraph.apiSchema, operation.document).length > 0) return
    this.#compile(this.#prepare(operation), conditions, access, incremental, true)
  }

  #prepare(operation: OperationText): GuardedOperation {
    const textKey = `${operation.operationName ?? ''}\n${operation.source}`
    const known = this.#prepared.get(textKey)
    if (known !== undefined) return known
    const { document, source, operationName } = operation
    const asked = prepareOperation(document, operationName)
    const hoisted = this.#hoist(asked)
    const prepared: GuardedOperation = {
      ...asked,
      ...hoisted,
      key: [hoisted.definition, ...hoisted.fragments.values()].map(print).join('\n'),
      hasLiterals: Object.keys(hoisted.literals).length > 0,
      clientDefinition: asked.definition,
      text: { document, source, operationName: operationName ?? null },
      accessRules: this.#authorization.rulesOf(document),
    }
    this.#prepared.set(textKey, prepared)
    return prepared
  }

  #hoist({ definition, fragments }: PreparedOperation): HoistedOperation {
    const { apiSchema, requirements } = this.supergraph
    // Requirements with arguments of their own are told from the client's by their literals.
    if (requirements.size > 0) return { definition, fragments, literals: {} }
    return hoistLiterals(definition, fragments, apiSchema)
  }

  #compile(
    prepared: GuardedOperation,
    variables: Readonly<JsonObject>,
    access: Access,
    accepted: boolean,
    isAhead = false,
  ): CompiledOperation {
    const incremental = accepted && prepared.hasDefer
    let key = incremental ? `${prepared.key}\ndefer` : prepared.key
    for (const name of prepared.conditionVariables) key += variables[name] === true ? '\n1' : '\n0'
    for (const rule of prepared.accessRules) key += holds(rule, access) ? '\n+' : '\n-'
    const overrides = decideOverrides(this.supergraph.overrideShares, Math.random() * 100)
    for (const holding of overrides.values()) key += holding ? '\n>' : '\n='
    const known = this.#plans.get(key)
    if (!isAhead) this.#metrics.planCache?.(known !== undefined)
    if (known !== undefined) return known
    const startedAt = performance.now()
    const specialized = specialize(prepared, variables, incremental)
    const denied = this.#authorization.deniedFields(specialized, access)
    const planner: Planner = (document, ignoreDefer) => this.#planner(document, ignoreDefer, overrides)
    const compiled = compileOperation(specialized, this.supergraph, planner, (field) => denied.has(field))
    this.#metrics.planned?.(performance.now() - startedAt)
    this.#plans.set(key, compiled)
    const conditions = Object.fromEntries(prepared.conditionVariables.map((name) => [name, variables[name] === true]))
    const { scopes, policies } = access
    const remembered: Access = policies === undefined ? { scopes } : { scopes, policies }
    this.#recent.set(key, { operation: prepared.text, conditions, incremental, access: remembered })
    return compiled
  }
}

function reportEntities(report: NonNullable<EngineMetrics['entities']>): Run['onEntities'] {
  return (service, demands, groups) => {
    let wanted = 0
    for (const { objectsByKey } of demands) for (const objects of objectsByKey.values()) wanted += objects.length
    report({ service, wanted, sent: groups.reduce((sum, { representations }) => sum + representations.length, 0) })
  }
}

/** The answer to an operation that could not be planned: a request error, or no data when no service can answer it. */
export function unplannable(error: unknown): ExecutionResult {
  if (error instanceof GraphQLError) return { errors: [error] }
  const failure = new GraphQLError('The operation could not be planned.', {
    extensions: { code: 'QUERY_PLANNING_FAILED' },
    ...(error instanceof Error ? { originalError: error } : {}),
  })
  return { data: null, errors: [failure] }
}
