import type { GraphQLFormattedError } from 'graphql'
import type { SelectionShape } from './selection-shape.ts'

/** A service's error as the client sees it: at the client's path, naming the service that failed. */
export function serviceError(
  error: GraphQLFormattedError,
  service: string,
  path: readonly (string | number)[] | undefined,
): GraphQLFormattedError {
  return {
    message: error.message,
    ...(path === undefined || path.length === 0 ? {} : { path }),
    extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...error.extensions, serviceName: service },
  }
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
