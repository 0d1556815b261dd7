import type { GraphQLFormattedError } from 'graphql'
import type { SubgraphResponse } from '../transport/transport.ts'
import type { CompiledFetch } from './compile-fetch.ts'
import { keysFor } from './fetched-keys.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import type { Run } from './run-plan.ts'
import type { SelectionShape } from './selection-shape.ts'
import type { Shaping } from './shape.ts'

/** An error of an execution. */
export interface RunError extends GraphQLFormattedError {
  /** The service gave nothing of an object, and did not say that one of its fields had failed. */
  readonly ofWholeObject?: true
}

type Path = readonly (string | number)[]

/** The errors of an answer, as far as they are any: a service may answer what it likes. */
export function errorsOf({ errors }: SubgraphResponse): readonly GraphQLFormattedError[] {
  if (errors === undefined || errors === null) return []
  const list: readonly unknown[] = Array.isArray(errors) ? errors : [errors]
  return list.map((error) => {
    const { message, path, extensions }: JsonObject = isJsonObject(error) ? error : { message: error }
    return {
      message: typeof message === 'string' ? message : 'The service reported an error without a message.',
      ...(Array.isArray(path) ? { path } : {}),
      ...(isJsonObject(extensions) ? { extensions } : {}),
    }
  })
}

/**
 * Adds a service's error to a run as the client sees it: under the client's keys, naming the service that failed.
 * @param position of the object that the fetch is about
 * @param below the rest of the error's path; when empty, the error stands at every field that the fetch would have brought
 */
export function reportServiceError(
  run: Run,
  { service, renamed, keys }: CompiledFetch,
  error: GraphQLFormattedError,
  { object, position, below }: { readonly object: JsonObject; readonly position: Path; readonly below: Path },
): void {
  const toClient = (step: string | number) =>
    typeof step === 'number' ? step : run.dataKeys.responseKeyOf(renamed.get(step) ?? step)
  const extensions = { code: 'DOWNSTREAM_SERVICE_ERROR', ...error.extensions, serviceName: service }
  const report = (rest: Path, more: Pick<RunError, 'ofWholeObject'>) => {
    const path = [...position, ...rest].map(toClient)
    run.errors.push({ message: error.message, ...(path.length === 0 ? {} : { path }), extensions, ...more })
  }
  if (below.length > 0) report(below, {})
  else {
    const missing = keysFor(object, keys)
    for (const key of missing) report([key], { ofWholeObject: true })
    if (missing.length === 0) report([], { ofWholeObject: true })
  }
}

/**
 * Says of a field that nobody was asked for why that is so: it needs what a service that failed would have given of its
 * object (a key, or what it `@requires`). Nothing when no service failed.
 * @param path of the field
 */
export function explainMissing(path: Path, { errors, known }: Pick<Shaping, 'errors' | 'known'>): void {
  if (known.isAt(path)) return
  const cause = known.causeOf(path)
  if (cause === undefined) return
  const { message, extensions } = cause
  errors.push({ message, path: path.slice(), ...(extensions && { extensions }), ofWholeObject: true })
}

/**
 * False for an error that stands at something that is there: what the failed service would have given of an object came from
 * another one, or nobody but the gateway had asked for it. What is null for want of it has an error of its own.
 * @param data at the path of the first `depth` steps
 */
export function explainsNull({ ofWholeObject, path = [] }: RunError, data: unknown, depth = 0): boolean {
  if (ofWholeObject !== true) return true
  let value = data
  for (let i = depth; i < path.length && value !== null && value !== undefined; i++) {
    value = (value as JsonObject)[path[i] as string]
  }
  return value === null || value === undefined
}

/**
 * Cuts an error's path where it leaves what the client asked for: a service may fail on a key or a `@requires` field that
 * only the gateway selected, and the specification lets a path name response fields only.
 */
export function withinSelection(error: GraphQLFormattedError, root: SelectionShape): GraphQLFormattedError {
  const { path } = error
  if (path === undefined) return error
  let shape: SelectionShape | null | undefined = root
  for (let i = 0; i < path.length; i++) {
    const step = path[i]
    if (typeof step === 'number') continue
    shape = shape?.childAt(String(step))
    if (shape === undefined) {
      const { path: _cut, ...rest } = error
      return i === 0 ? rest : { ...rest, path: path.slice(0, i) }
    }
    if (shape === null) break
  }
  return error
}
