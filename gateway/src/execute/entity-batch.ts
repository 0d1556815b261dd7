import type { CompiledEntities, CompiledFetch } from './compile-fetch.ts'
import type { JsonObject } from './json.ts'
import { objectsAt, visitPositions } from './response-path.ts'
import type { Run } from './run-plan.ts'

/** The objects for which one fetch wants entities, by the key of their representation. */
export interface EntityDemand {
  readonly fetch: CompiledFetch
  readonly entities: CompiledEntities
  readonly objectsByKey: ReadonlyMap<string, JsonObject[]>
  /** Arguments from the objects above; part of what is asked, so equal for all objects of one demand. */
  readonly contextValues: JsonObject | undefined
}

/** What a fetch needs now: nothing, one demand, or with `@fromContext` one demand per combination of arguments. */
export function demandsOf(fetch: CompiledFetch, entities: CompiledEntities, run: Run): EntityDemand[] {
  if (entities.readContext !== undefined) return demandsByContext(fetch, entities, run)
  const objectsByKey = new Map<string, JsonObject[]>()
  for (const object of objectsAt(run.data, fetch.path, run.sharing.begun)) addObject(objectsByKey, entities, object)
  return objectsByKey.size === 0 ? [] : [{ fetch, entities, objectsByKey, contextValues: undefined }]
}

function demandsByContext(fetch: CompiledFetch, entities: CompiledEntities, run: Run): EntityDemand[] {
  const demands = new Map<string, { contextValues: JsonObject; objectsByKey: Map<string, JsonObject[]> }>()
  visitPositions(run.data, fetch.path, (object, _path, ancestors) => {
    const contextValues = entities.readContext?.(ancestors) ?? {}
    const context = JSON.stringify(contextValues)
    const demand = demands.get(context) ?? { contextValues, objectsByKey: new Map() }
    addObject(demand.objectsByKey, entities, object)
    if (demand.objectsByKey.size > 0) demands.set(context, demand)
  })
  return [...demands.values()].map((demand) => ({ fetch, entities, ...demand }))
}

function addObject(objectsByKey: Map<string, JsonObject[]>, entities: CompiledEntities, object: JsonObject): void {
  const key = entities.projector.keyOf(object)
  if (key === undefined) return
  const objects = objectsByKey.get(key)
  if (objects === undefined) objectsByKey.set(key, [object])
  else objects.push(object)
}

/** Demands that ask the same of their entities, and so share one list of representations. */
export interface EntityGroup {
  readonly demands: EntityDemand[]
  readonly representations: JsonObject[]
  readonly indexOf: Map<string, number>
}

/** Groups the demands on one service. */
export function groupDemands(demands: readonly EntityDemand[]): EntityGroup[] {
  const groups = new Map<string, EntityGroup>()
  for (const demand of demands) {
    const { signature } = demand.entities
    const key = demand.contextValues === undefined ? signature : signature + JSON.stringify(demand.contextValues)
    let group = groups.get(key)
    if (group === undefined) {
      group = { demands: [], representations: [], indexOf: new Map() }
      groups.set(key, group)
    }
    addDemand(group, demand)
  }
  return [...groups.values()]
}

function addDemand(group: EntityGroup, demand: EntityDemand): void {
  const { projector, rewriteInput } = demand.entities
  group.demands.push(demand)
  for (const [key, [object]] of demand.objectsByKey) {
    if (group.indexOf.has(key) || object === undefined) continue
    const representation = projector.project(object)
    rewriteInput?.(representation)
    group.indexOf.set(key, group.representations.length)
    group.representations.push(representation)
  }
}
