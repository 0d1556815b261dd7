import type { GraphQLFormattedError } from 'graphql'
import type { SubgraphResponse } from '../transport/transport.ts'
import type { CompiledFetch } from './compile-fetch.ts'
import type { EntityDemand, EntityGroup } from './entity-batch.ts'
import { cloneJson, isJsonObject, type JsonObject } from './json.ts'
import { mergeInto } from './merge.ts'
import { visitPositions } from './response-path.ts'
import type { Run } from './run-plan.ts'
import { errorsOf, reportServiceError } from './service-errors.ts'

/** Merges the answer to one group into every object that waited for it, and reports its errors at their positions. */
export function settleGroup(group: EntityGroup, alias: string, response: SubgraphResponse, run: Run): void {
  const received = response.data?.[alias]
  const complete = Array.isArray(received) && received.length === group.representations.length
  const errors = errorsOf(response).filter(({ path }) => path === undefined || concerns(path[0], alias))
  if (!complete && errors.length === 0) {
    const message = `Expected ${group.representations.length} entities.`
    errors.push({ message, extensions: { code: 'INVALID_SUBGRAPH_RESPONSE' } })
  }
  // Before merging: a position is found by the identity of its object.
  if (errors.length > 0) for (const demand of group.demands) reportErrors(demand, group, errors, run)
  if (complete) scatter(group, received, run)
}

/** True unless the error belongs to another part of a merged query. */
function concerns(root: string | number | undefined, alias: string): boolean {
  return root === alias || !String(root).startsWith('_e')
}

function scatter(group: EntityGroup, received: readonly unknown[], run: Run): void {
  const [first] = group.demands
  for (const entity of received) if (entity) first?.fetch.rewriteOutput?.(entity)
  group.demands.forEach(({ objectsByKey, entities }, place) => {
    objectsByKey.forEach((objects, key) => {
      const answer = received[group.indexOf.get(key) ?? -1]
      if (!isJsonObject(answer)) return
      const isFlat = !bringsObjects(answer)
      // Another path may continue with other fields, so only the positions of one path share.
      const own = isFlat || place === 0 ? answer : cloneJson(answer)
      const shares = isFlat || entities.sharesAnswers
      if (!isFlat && objects.length > 1 && shares) run.sharing.begun = true
      for (let i = 0; i < objects.length; i++) {
        const object = objects[i]
        if (object !== undefined) mergeEntity(object, i === 0 || shares ? own : cloneJson(own), run)
      }
    })
  })
}

function bringsObjects(entity: JsonObject): boolean {
  for (const key in entity) if (typeof entity[key] === 'object' && entity[key] !== null) return true
  return false
}

/** An @interfaceObject calls an entity by its interface; the object type that is already known stays. */
function mergeEntity(object: JsonObject, entity: JsonObject, run: Run): void {
  const typename = object.__typename
  mergeInto(object, entity)
  if (object.__typename === typename || !run.objectTypes.has(String(typename))) return
  if (!run.objectTypes.has(String(object.__typename))) object.__typename = typename
}

const MAX_POSITIONS_PER_ERROR = 100

/**
 * One error per position of the entity that failed; an error about no entity in particular concerns all of them. Where there are very many,
 * the last one stands above all that have none of their own.
 */
function reportErrors(
  demand: EntityDemand,
  group: EntityGroup,
  errors: readonly GraphQLFormattedError[],
  run: Run,
): void {
  const { fetch } = demand
  const positions = positionsOf(demand, group, run)
  for (const error of errors) {
    const [, index, ...rest] = error.path ?? []
    const affected = typeof index === 'number' ? (positions.get(index) ?? []) : [...positions.values()].flat(1)
    for (const { object, position } of affected.slice(0, MAX_POSITIONS_PER_ERROR)) {
      reportServiceError(run, fetch, error, { object, position, below: rest })
    }
    const others = affected.length - MAX_POSITIONS_PER_ERROR
    if (others > 0) reportFurtherPositions(affected, others, { error, fetch, run })
  }
}

function reportFurtherPositions(
  affected: readonly Position[],
  others: number,
  { error, fetch, run }: { readonly error: GraphQLFormattedError; readonly fetch: CompiledFetch; readonly run: Run },
): void {
  const [first, ...rest] = affected.map(({ position }) => position)
  const common = rest.reduce((shared, position) => {
    const end = shared.findIndex((step, i) => step !== position[i])
    return end === -1 ? shared : shared.slice(0, end)
  }, first ?? [])
  const path = common.map((step) => (typeof step === 'number' ? step : run.dataKeys.responseKeyOf(step)))
  const extensions = { code: 'DOWNSTREAM_SERVICE_ERROR', ...error.extensions, serviceName: fetch.service }
  run.errors.push({
    message: error.message,
    ...(path.length === 0 ? {} : { path }),
    extensions: { ...extensions, furtherPositions: others },
  })
}

interface Position {
  readonly object: JsonObject
  readonly position: readonly (string | number)[]
}

/** A demand's objects with their response paths, by the index of their representation. */
function positionsOf({ fetch, objectsByKey }: EntityDemand, group: EntityGroup, run: Run) {
  const indexOf = new Map<JsonObject, number>()
  for (const [key, objects] of objectsByKey) {
    const index = group.indexOf.get(key)
    if (index !== undefined) for (const object of objects) indexOf.set(object, index)
  }
  const positions = new Map<number, Position[]>()
  visitPositions(run.data, fetch.path, (object, path) => {
    const index = indexOf.get(object)
    if (index === undefined) return
    const known = positions.get(index)
    const position = { object, position: [...path] }
    if (known === undefined) positions.set(index, [position])
    else known.push(position)
  })
  return positions
}
