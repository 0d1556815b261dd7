import { isDeepStrictEqual } from 'node:util'
import type { ExecutionResult } from 'graphql'

/**
 * What two answers differ in; undefined when they agree: the same data, and an error for the same nulls.
 *
 * Errors are compared by the null that they explain, which is their path up to the first null of the data. graphql-js stops
 * at the first error that makes a parent null, where services that are asked side by side may each report theirs.
 */
export function differenceBetween(actual: ExecutionResult, expected: ExecutionResult): string | undefined {
  if (!isDeepStrictEqual(actual.data, expected.data)) return 'data'
  const [ours, theirs] = [explainedNulls(actual), explainedNulls(expected)]
  const missing = theirs.filter((path) => !ours.includes(path))
  const additional = ours.filter((path) => !theirs.includes(path))
  if (missing.length > 0) return `no error at ${missing.join(', ')}`
  if (additional.length > 0) return `an error too many at ${additional.join(', ')}`
  return undefined
}

function explainedNulls({ data, errors }: ExecutionResult): string[] {
  return (errors ?? []).map(({ path = [] }) => {
    let value: unknown = data
    let length = 0
    while (value !== null && value !== undefined && length < path.length) {
      value = (value as Record<string | number, unknown>)[path[length++] as string | number]
    }
    const position = path.slice(0, length).join('.')
    return value === null || value === undefined ? position : `${position} (which is not null)`
  })
}
