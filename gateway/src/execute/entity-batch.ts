import type { CompiledEntities, CompiledFetch } from './compile-fetch.ts'
import type { JsonObject } from './json.ts'
import type { Projector } from './representations.ts'
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
  const objects = new KeyedObjects(entities)
  for (const object of objectsAt(run.data, fetch.path, run.sharing.begun)) objects.add(object)
  return objects.byKey.size === 0 ? [] : [{ fetch, entities, objectsByKey: objects.byKey, contextValues: undefined }]
}

function demandsByContext(fetch: CompiledFetch, entities: CompiledEntities, run: Run): EntityDemand[] {
  const demands = new Map<string, { contextValues: JsonObject; objects: KeyedObjects }>()
  visitPositions(run.data, fetch.path, (object, _path, ancestors) => {
    const contextValues = entities.readContext?.(ancestors) ?? {}
    const context = JSON.stringify(contextValues)
    const demand = demands.get(context) ?? { contextValues, objects: new KeyedObjects(entities) }
    demand.objects.add(object)
    if (demand.objects.byKey.size > 0) demands.set(context, demand)
  })
  return [...demands.values()].map(({ contextValues, objects }) => ({
    fetch,
    entities,
    contextValues,
    objectsByKey: objects.byKey,
  }))
}

/** Gathers objects by the key of their representation. */
class KeyedObjects {
  readonly byKey = new Map<string, JsonObject[]>()
  readonly #projector: Projector
  /** By the telling field: where many objects stand for few entities, few keys are written out. */
  readonly #likely = new Map<unknown, JsonObject[]>()

  constructor({ projector }: CompiledEntities) {
    this.#projector = projector
  }

  add(object: JsonObject): void {
    const { telling } = this.#projector
    if (telling === undefined) {
      this.#addByKey(object)
      return
    }
    const likely = this.#likely.get(object[telling])
    if (likely?.[0] !== undefined && this.#projector.isLike(likely[0], object)) likely.push(object)
    else {
      const objects = this.#addByKey(object)
      if (objects !== undefined) this.#likely.set(object[telling], objects)
    }
  }

  #addByKey(object: JsonObject): JsonObject[] | undefined {
    const key = this.#projector.keyOf(object)
    if (key === undefined) return undefined
    const known = this.byKey.get(key)
    if (known !== undefined) {
      known.push(object)
      return known
    }
    const objects = [object]
    this.byKey.set(key, objects)
    return objects
  }
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
