import type { GraphQLFormattedError } from 'graphql'
import type { CompiledFetch } from './compile-fetch.ts'
import type { Run } from './run-plan.ts'
import type { SelectionShape } from './selection-shape.ts'

/** Adds a service's error to a run as the client sees it: under the client's keys, naming the service that failed. */
export function reportServiceError(
  run: Run,
  { service, renamed }: CompiledFetch,
  error: GraphQLFormattedError,
  path: readonly (string | number)[] | undefined,
): void {
  const toClient = (step: string | number) =>
    typeof step === 'number' ? step : run.dataKeys.responseKeyOf(renamed.get(step) ?? step)
  run.errors.push({
    message: error.message,
    ...(path === undefined || path.length === 0 ? {} : { path: path.map(toClient) }),
    extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...error.extensions, serviceName: service },
  })
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
