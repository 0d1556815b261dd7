import type { GraphQLFormattedError } from 'graphql'
import type { DataKeys } from '../plan/data-keys.ts'
import { layerPrefix } from '../plan/mutation-layers.ts'
import type { RequestContext, SubgraphRequest, SubgraphResponse, SubgraphTransport } from '../transport/transport.ts'
import { type CompiledFetch, variablesFor } from './compile-fetch.ts'
import type { CompiledNode } from './compile-plan.ts'
import type { EntityDemand, EntityGroup } from './entity-batch.ts'
import { EntityQueue, fetchEntities } from './entity-fetch.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import { mergeInto } from './merge.ts'
import { objectsAt, visitPositions } from './response-path.ts'
import { errorsOf, type RunError, reportServiceError } from './service-errors.ts'

/** The state of one execution of a plan. */
export interface Run {
  /** The tree that every answer is merged into. */
  readonly data: JsonObject
  readonly errors: RunError[]
  /** Coerced client variables. */
  readonly variables: Readonly<JsonObject>
  readonly context: RequestContext
  readonly entityQueue: EntityQueue
  readonly dataKeys: DataKeys
  /** Whether an object of `data` may stand at several positions by now. */
  readonly sharing: { begun: boolean }
  /** Every object type of the supergraph. */
  readonly objectTypes: ReadonlySet<string>
  readonly onEntities?: (service: string, demands: readonly EntityDemand[], groups: readonly EntityGroup[]) => void
  transportFor(service: string): SubgraphTransport | undefined
}

/**
 * Runs the plans of an operation, the first into `run.data`, further ones into trees that are merged at the end. Those of a
 * mutation begin with what the first one brought for them.
 */
export async function runPlans([first, ...others]: readonly CompiledNode[], run: Run, isMutation = false) {
  if (first === undefined) return
  if (others.length === 0) return runPlan(first, run)
  const begin = (data: JsonObject): Run => ({
    ...run,
    data,
    entityQueue: new EntityQueue(),
    sharing: { begun: false },
  })
  if (isMutation) await runPlan(first, run)
  const runs = others.map((_, i) => begin(isMutation ? layerOf(run.data, layerPrefix(i + 1)) : {}))
  const later = others.map((plan, i) => runPlan(plan, runs[i] ?? run))
  await Promise.all(isMutation ? later : [runPlan(first, run), ...later])
  for (const { data } of runs) mergeInto(run.data, data)
}

/** The tree that a later layer of a mutation begins with: what stands below the root fields under its prefix. */
function layerOf(tree: JsonObject, prefix: string): JsonObject {
  const take = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(take)
    if (!isJsonObject(value)) return value
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, own]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), own]] : [])),
    )
  }
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, take(value)]))
}

/** Runs a compiled plan into `run.data` and `run.errors`. A failing service costs its own fields only. */
export async function runPlan(node: CompiledNode, run: Run): Promise<void> {
  if (node.kind === 'sequence') {
    for (const child of node.nodes) await runPlan(child, run)
  } else if (node.kind === 'parallel') {
    await Promise.all(node.nodes.map((child) => runPlan(child, run)))
  } else if (node.fetch.entities !== undefined) {
    await fetchEntities(node.fetch, node.fetch.entities, run)
  } else {
    await fetchRoot(node.fetch, run)
  }
}

async function fetchRoot(fetch: CompiledFetch, run: Run): Promise<void> {
  const targets = objectsAt(run.data, fetch.path, run.sharing.begun)
  if (targets.length === 0) return
  const response = await send(fetch, variablesFor(fetch, run.variables), run)
  mergeRootResponse(fetch, response, run, targets)
}

/** Merges the answer of a root fetch, or an event of a subscription, and reports its errors. */
export function mergeRootResponse(
  fetch: CompiledFetch,
  response: SubgraphResponse,
  run: Run,
  targets: readonly JsonObject[],
): void {
  const { data } = response
  const isComplete = isJsonObject(data)
  if (isComplete) {
    fetch.rewriteOutput?.(data)
    for (const target of targets) mergeInto(target, data)
  }
  if (isComplete && response.errors === undefined) return
  const errors = errorsOf(response)
  for (const error of isComplete || errors.length > 0 ? errors : [NO_DATA]) {
    visitPositions(run.data, fetch.path, (object, position) => {
      reportServiceError(run, fetch, error, { object, position, below: error.path ?? [] })
    })
  }
}

const NO_DATA: GraphQLFormattedError = {
  message: 'The service answered without data.',
  extensions: { code: 'INVALID_SUBGRAPH_RESPONSE' },
}

/** Sends one query to a fetch's service. */
export async function send(
  fetch: CompiledFetch,
  variables: JsonObject | undefined,
  run: Run,
): Promise<SubgraphResponse> {
  const transport = run.transportFor(fetch.service)
  if (transport === undefined) {
    return { errors: [{ message: `Unknown service "${fetch.service}".`, extensions: { code: 'SERVICE_UNAVAILABLE' } }] }
  }
  return transport.execute(requestFor(fetch, variables, run.context))
}

/** The request of a fetch, without the keys that have no value. */
export function requestFor(
  fetch: CompiledFetch,
  variables: JsonObject | undefined,
  context: RequestContext,
): SubgraphRequest {
  return {
    query: fetch.query,
    context,
    ...(fetch.operationName === undefined ? {} : { operationName: fetch.operationName }),
    ...(variables === undefined ? {} : { variables }),
  }
}
