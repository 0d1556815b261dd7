import type { SubgraphResponse } from '../transport/transport.ts'
import { type CompiledEntities, type CompiledFetch, variablesFor } from './compile-fetch.ts'
import { cloneJson, type JsonObject } from './json.ts'
import { mergeInto } from './merge.ts'
import { objectsAt, visitPositions } from './response-path.ts'
import { type Run, send } from './run-plan.ts'
import { serviceError } from './service-errors.ts'

/** Distinct representations and, for each, the objects that it stands for. */
interface EntityBatch {
  readonly representations: JsonObject[]
  readonly targets: JsonObject[][]
}

/** Asks a service for entities: every distinct one once, its answer merged into every object that it stands for. */
export async function fetchEntities(fetch: CompiledFetch, entities: CompiledEntities, run: Run): Promise<void> {
  const batch = collectEntities(objectsAt(run.data, fetch.path), entities)
  if (batch.representations.length === 0) return
  const variables = { ...variablesFor(fetch, run.variables), representations: batch.representations }
  const response = await send(fetch, variables, run)
  reportEntityErrors(fetch, response, batch, run)
  scatter(fetch, response, batch, run)
}

function collectEntities(objects: readonly JsonObject[], entities: CompiledEntities): EntityBatch {
  const batch: EntityBatch = { representations: [], targets: [] }
  const indexOf = new Map<string, number>()
  for (const object of objects) {
    const representation = entities.project(object)
    if (representation === undefined) continue
    entities.rewriteInput?.(representation)
    const key = JSON.stringify(representation)
    const index = indexOf.get(key)
    if (index !== undefined) {
      batch.targets[index]?.push(object)
      continue
    }
    indexOf.set(key, batch.representations.length)
    batch.representations.push(representation)
    batch.targets.push([object])
  }
  return batch
}

function scatter(fetch: CompiledFetch, response: SubgraphResponse, batch: EntityBatch, run: Run): void {
  const received = response.data?._entities
  if (!Array.isArray(received) || received.length !== batch.representations.length) {
    if (response.errors === undefined || response.errors.length === 0) {
      const message = `Expected ${batch.representations.length} entities from service "${fetch.service}".`
      reportEntityErrors(
        fetch,
        { errors: [{ message, extensions: { code: 'INVALID_SUBGRAPH_RESPONSE' } }] },
        batch,
        run,
      )
    }
    return
  }
  for (let i = 0; i < received.length; i++) {
    const entity: JsonObject | null | undefined = received[i]
    if (entity === null || entity === undefined) continue
    fetch.rewriteOutput?.(entity)
    const targets = batch.targets[i] ?? []
    targets.forEach((target, position) => {
      mergeEntity(target, position === 0 ? entity : cloneJson(entity))
    })
  }
}

function mergeEntity(target: JsonObject, entity: JsonObject): void {
  const typename = target.__typename
  mergeInto(target, entity)
  if (entity.__typename === undefined) target.__typename = typename
}

/** One error per position of the entity that failed; an error about no entity in particular concerns all of them. */
function reportEntityErrors(fetch: CompiledFetch, response: SubgraphResponse, batch: EntityBatch, run: Run): void {
  if (response.errors === undefined || response.errors.length === 0) return
  const positions = positionsOf(fetch, batch, run)
  for (const error of response.errors) {
    const [root, index, ...rest] = error.path ?? []
    const below = rest.map((step) => fetch.renamed.get(String(step)) ?? step)
    const paths = root === '_entities' && typeof index === 'number' ? (positions[index] ?? []) : positions.flat(1)
    for (const path of paths) run.errors.push(serviceError(error, fetch.service, [...path, ...below]))
  }
}

function positionsOf(fetch: CompiledFetch, batch: EntityBatch, run: Run): (string | number)[][][] {
  const indexOf = new Map(batch.targets.flatMap((targets, index) => targets.map((target) => [target, index] as const)))
  const positions: (string | number)[][][] = batch.targets.map(() => [])
  visitPositions(run.data, fetch.path, (object, path) => {
    const index = indexOf.get(object)
    if (index !== undefined) positions[index]?.push(path)
  })
  return positions
}
