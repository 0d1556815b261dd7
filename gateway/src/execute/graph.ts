import { type ExecutionResult, GraphQLError } from 'graphql'
import { Authorization, holds } from '../plan/authorization.ts'
import { LruMap } from '../plan/lru.ts'
import { createPlanner, type Planner } from '../plan/planner.ts'
import { type PreparedOperation, prepareOperation } from '../plan/prepared-operation.ts'
import { specialize } from '../plan/specialize.ts'
import type { AccessRule } from '../supergraph/access-rules.ts'
import { type LoadedSupergraph, loadSupergraph } from '../supergraph/load.ts'
import type { SubgraphTransport } from '../transport/transport.ts'
import { coerceVariables } from './coerce-variables.ts'
import { type CompiledOperation, compileOperation } from './compile-operation.ts'
import type { EngineOperation } from './engine.ts'
import type { JsonObject } from './json.ts'
import type { EngineMetrics } from './metrics.ts'
import type { Run } from './run-plan.ts'

/** An operation with its plan and the variables that chose it. */
export interface PlannedOperation {
  readonly compiled: CompiledOperation
  readonly variables: Readonly<JsonObject>
}

interface GuardedOperation extends PreparedOperation {
  /** Rules whose outcomes choose the plan, as condition variables do. */
  readonly accessRules: readonly AccessRule[]
}

const MAX_OPERATIONS = 2_000
const MAX_PLANS = 4_000

/** One supergraph in force: its planner, its plans, and the ways to its services. */
export class Graph {
  readonly supergraph: LoadedSupergraph
  readonly transports: ReadonlyMap<string, SubgraphTransport>
  readonly onEntities: Run['onEntities']
  readonly #planner: Planner
  readonly #authorization: Authorization
  readonly #metrics: EngineMetrics
  readonly #prepared = new LruMap<string, GuardedOperation>(MAX_OPERATIONS)
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
   * @throws GraphQLError for unknown operations and variables that do not fit; Error when planning fails
   */
  plan(operation: EngineOperation): PlannedOperation {
    const key = `${operation.operationName ?? ''}\n${operation.source}`
    let prepared = this.#prepared.get(key)
    if (prepared === undefined) {
      const accessRules = this.#authorization.rulesOf(operation.document)
      prepared = { ...prepareOperation(operation.document, operation.operationName), accessRules }
      this.#prepared.set(key, prepared)
    }
    const variables = coerceVariables(this.supergraph.apiSchema, prepared.definition, operation.variables)
    let planKey = key
    for (const name of prepared.conditionVariables) planKey += variables[name] === true ? '\n1' : '\n0'
    for (const rule of prepared.accessRules) planKey += holds(rule, operation.context) ? '\n+' : '\n-'
    let compiled = this.#plans.get(planKey)
    this.#metrics.planCache?.(compiled !== undefined)
    if (compiled === undefined) {
      const startedAt = performance.now()
      const specialized = specialize(prepared, variables)
      const denied = this.#authorization.deniedFields(specialized, operation.context)
      compiled = compileOperation(specialized, this.supergraph, this.#planner, (field) => denied.has(field))
      this.#plans.set(planKey, compiled)
      this.#metrics.planned?.(performance.now() - startedAt)
    }
    return { compiled, variables }
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
