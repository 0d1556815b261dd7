import type { SubgraphResponse } from '../transport/transport.ts'
import { type CompiledEntities, type CompiledFetch, variablesFor } from './compile-fetch.ts'
import { demandsOf, type EntityDemand, type EntityGroup, groupDemands } from './entity-batch.ts'
import { aliasOf, mergeEntityQueries, representationsVariable } from './entity-query.ts'
import { settleGroup } from './entity-scatter.ts'
import type { JsonObject } from './json.ts'
import { type Run, send } from './run-plan.ts'

/** Asks a service for entities: every distinct one once, together with whatever else is asked of it at this moment. */
export async function fetchEntities(fetch: CompiledFetch, entities: CompiledEntities, run: Run): Promise<void> {
  const demands = demandsOf(fetch, entities, run)
  if (demands.length > 0) await run.entityQueue.add(fetch.service, demands, run)
}

interface Waiting {
  readonly demands: EntityDemand[]
  readonly settled: Promise<void>
}

/** Collects the entity fetches of one run that become possible in the same instant, one request per service. */
export class EntityQueue {
  readonly #waiting = new Map<string, Waiting>()

  /** Resolves when the demands are answered and merged. */
  add(service: string, demands: readonly EntityDemand[], run: Run): Promise<void> {
    let waiting = this.#waiting.get(service)
    if (waiting === undefined) {
      // Answers that one turn of the event loop brings are all merged before the next fetches go out.
      const settled = new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.#flush(service, run))
      waiting = { demands: [], settled }
      this.#waiting.set(service, waiting)
    }
    waiting.demands.push(...demands)
    return waiting.settled
  }

  async #flush(service: string, run: Run): Promise<void> {
    const demands = this.#waiting.get(service)?.demands ?? []
    this.#waiting.delete(service)
    const groups = groupDemands(demands)
    run.onEntities?.(service, demands, groups)
    const mergeable = groups.filter(({ demands: [first] }) => first?.entities.query !== undefined)
    const alone = groups.filter((group) => !mergeable.includes(group))
    await Promise.all([
      ...(mergeable.length > 1 ? [askTogether(mergeable, run)] : mergeable.map((group) => askAlone(group, run))),
      ...alone.map((group) => askAlone(group, run)),
    ])
  }
}

async function askAlone(group: EntityGroup, run: Run): Promise<void> {
  const [first] = group.demands
  if (first === undefined) return
  const { fetch, contextValues } = first
  const variables = {
    ...variablesFor(fetch, run.variables),
    ...contextValues,
    representations: group.representations,
  }
  settleGroup(group, '_entities', await send(fetch, variables, run), run)
}

async function askTogether(groups: readonly EntityGroup[], run: Run): Promise<void> {
  const fetches = groups.flatMap(({ demands: [first] }) => (first === undefined ? [] : [first.fetch]))
  const [leader] = fetches
  if (leader === undefined) return
  const variables: JsonObject = {}
  for (const fetch of fetches) Object.assign(variables, variablesFor(fetch, run.variables))
  groups.forEach((group, i) => {
    variables[representationsVariable(i)] = group.representations
  })
  const response = await send({ ...leader, query: mergedQuery(leader, fetches) }, variables, run)
  if (mustAskAgain(response)) await Promise.all(groups.map((group) => askAlone(group, run)))
  else
    groups.forEach((group, i) => {
      settleGroup(group, aliasOf(i), response, run)
    })
}

/**
 * `_entities` is non-null: one part that fails as a whole takes the others' data with it. What the service can answer must
 * not depend on what it was asked together with, so then each part is asked alone. Not when the service was out of reach.
 */
function mustAskAgain({ data, errors }: SubgraphResponse): boolean {
  if (data !== null && data !== undefined) return false
  return errors?.some(({ extensions }) => !UNREACHABLE.has(String(extensions?.code))) ?? true
}

const UNREACHABLE = new Set(['SERVICE_UNAVAILABLE', 'SERVICE_TIMEOUT', 'INVALID_SUBGRAPH_RESPONSE'])

/** The merged query's text, made once per combination: it is the leader's to keep. */
function mergedQuery(leader: CompiledFetch, fetches: readonly CompiledFetch[]): string {
  const key = fetches.reduce((text, { entities }) => `${text}${entities?.signature}\n`, '')
  let query = leader.entities?.merged.get(key)
  if (query === undefined) {
    const parts = fetches.flatMap(({ entities }) => entities?.query ?? [])
    query = mergeEntityQueries(parts, leader.operationName)
    leader.entities?.merged.set(key, query)
  }
  return query
}
