import { type ExecutionResult, GraphQLError, type GraphQLFormattedError, OperationTypeNode } from 'graphql'
import type { CompiledOperation } from './compile-operation.ts'
import type { DeferredResult, EngineOperation, IncrementalExecution, SubsequentResult } from './engine.ts'
import { EntityQueue } from './entity-fetch.ts'
import type { Graph, PlannedOperation } from './graph.ts'
import type { EngineLog } from './metrics.ts'
import { finishRun, startRun, startShaping, toGraphQLError } from './run-operation.ts'
import { type Run, runPlan, runPlans } from './run-plan.ts'
import { explainsNull, type RunError, withinSelection } from './service-errors.ts'
import { type DeferredObject, shapeObject } from './shape.ts'

/** Runs a query or mutation up to its first answer; what it defers runs as the rest of the answer is read. */
export async function runIncrementally(
  graph: Graph,
  planned: PlannedOperation,
  operation: EngineOperation,
  log: EngineLog | undefined,
): Promise<ExecutionResult | IncrementalExecution> {
  const { compiled } = planned
  const run = startRun(graph, planned, operation)
  await runPlans(compiled.plans, run, compiled.kind === OperationTypeNode.MUTATION)
  if (compiled.deferred === undefined) return finishRun(compiled, run)
  const deferred: DeferredObject[] = []
  const initialResult = finishRun(compiled, run, deferred)
  if (deferred.length === 0) return initialResult
  return { initialResult, subsequentResults: deliver(deferred, (part) => runPart(part, compiled, run, log), operation) }
}

/** Every object that waits for the same fragment: what is fetched together. */
type Part = readonly DeferredObject[]

interface PartResult {
  readonly results: readonly DeferredResult[]
  /** What the fragment itself defers. */
  readonly deferred: readonly DeferredObject[]
}

type Finished = readonly [Part, PartResult]

/** Runs all parts side by side and yields each as soon as it is there. An abort ends those that are not. */
async function* deliver(
  initial: readonly DeferredObject[],
  run: (part: Part) => Promise<PartResult>,
  { context: { signal } }: EngineOperation,
): AsyncGenerator<SubsequentResult, void, void> {
  const running = new Map<Part, Promise<Finished | undefined>>()
  const { promise: aborted, resolve: abort } = Promise.withResolvers<undefined>()
  const onAbort = () => abort(undefined)
  const start = (objects: readonly DeferredObject[]) => {
    for (const part of Map.groupBy(objects, ({ fragment }) => fragment.id).values()) {
      running.set(part, signal?.aborted === true ? aborted : run(part).then((result) => [part, result]))
    }
  }
  if (signal?.aborted === true) onAbort()
  signal?.addEventListener('abort', onAbort)
  try {
    start(initial)
    while (running.size > 0) {
      const finished = await Promise.race([aborted, ...running.values()])
      if (finished === undefined) {
        yield { incremental: [...running.keys()].flatMap((part) => failed(part, signal?.reason)), hasNext: false }
        return
      }
      const [part, { results, deferred }] = finished
      running.delete(part)
      start(deferred)
      yield { incremental: results, hasNext: running.size > 0 }
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}

/** The results of a part that could not be made. */
function failed(part: Part, reason: unknown): DeferredResult[] {
  const error =
    reason instanceof GraphQLError
      ? reason
      : new GraphQLError('This part of the answer could not be made.', {
          ...(reason instanceof Error ? { originalError: reason } : {}),
        })
  return part.map(({ path, fragment }) => ({ ...named(fragment), path, data: null, errors: [withPath(error, path)] }))
}

function withPath({ message, extensions, originalError }: GraphQLError, path: DeferredObject['path']): GraphQLError {
  return new GraphQLError(message, { path, extensions, ...(originalError === undefined ? {} : { originalError }) })
}

/** Fetches and shapes one part. A defect costs this part only, as the answer has begun. */
async function runPart(
  part: Part,
  compiled: CompiledOperation,
  initial: Run,
  log: EngineLog | undefined,
): Promise<PartResult> {
  const run: Run = { ...initial, errors: [], entityQueue: new EntityQueue() }
  const deferred: DeferredObject[] = []
  try {
    const plan = compiled.deferred?.get(part[0]?.fragment.id ?? '')
    if (plan !== undefined) await runPlan(plan, run)
    const shaping = startShaping(compiled, run, deferred)
    const shaped = part.map(({ object, path, fragment }) => {
      return shapeObject(object, fragment.shape, { ...shaping, path: [...path] })
    })
    const errors = assignErrors(part, shaped, run.errors)
    return { results: part.map((object, i) => resultOf(object, shaped[i] ?? null, errors.get(object))), deferred }
  } catch (error) {
    log?.error({ err: error }, 'a deferred part could not be run')
    return { results: failed(part, error), deferred: [] }
  }
}

/** Each error at the object that it is about; one without a path, or from above the objects, at the first. */
function assignErrors(
  part: Part,
  shaped: readonly DeferredResult['data'][],
  errors: readonly RunError[],
): Map<DeferredObject, GraphQLError[]> {
  const assigned = new Map<DeferredObject, GraphQLError[]>()
  for (const error of errors) {
    const owner = part.find(({ path }) =>
      path.every((step, i) => i >= (error.path ?? []).length || error.path?.[i] === step),
    )
    // About an object that is null in the response: nobody waits for it.
    if (owner === undefined) continue
    if (!explainsNull(error, shaped[part.indexOf(owner)], owner.path.length)) continue
    const known = assigned.get(owner) ?? []
    assigned.set(owner, [...known, toGraphQLError(withinPart(error, owner))])
  }
  return assigned
}

/** An error's path as far as the client asked, seen from the object. */
function withinPart(error: GraphQLFormattedError, { path, fragment }: DeferredObject): GraphQLFormattedError {
  if (error.path === undefined || error.path.length <= path.length) return { ...error, path }
  const inside = withinSelection({ ...error, path: error.path.slice(path.length) }, fragment.shape)
  return { ...error, path: [...path, ...(inside.path ?? [])] }
}

function resultOf(
  { path, fragment }: DeferredObject,
  data: DeferredResult['data'],
  errors: readonly GraphQLError[] | undefined,
): DeferredResult {
  return { ...named(fragment), path, data, ...(errors === undefined ? {} : { errors }) }
}

function named({ label }: DeferredObject['fragment']): { readonly label?: string } {
  return label === undefined ? {} : { label }
}
