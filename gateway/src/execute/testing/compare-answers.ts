import { isDeepStrictEqual } from 'node:util'
import type { ExecutionResult } from 'graphql'
import type { DeferredResult, SubsequentResult } from '../engine.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { mergeInto } from '../merge.ts'

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

/**
 * What an answer in parts differs in from one in a piece. Where a part is null because of an error, the piece is null further
 * up, so then only the rest is compared: what was delivered must be what a monolith says, wherever that is not null.
 */
export function differenceOfParts(
  initial: ExecutionResult,
  later: readonly SubsequentResult[],
  expected: ExecutionResult,
): string | undefined {
  if (later.some(({ hasNext }, i) => hasNext !== i < later.length - 1)) return 'parts: another end'
  const parts = later.flatMap(({ incremental }) => incremental)
  const hasErrors = [initial, ...parts].some(({ errors }) => errors !== undefined)
  if (hasErrors !== (expected.errors !== undefined)) return `parts: ${hasErrors ? 'an error too many' : 'no error'}`
  const whole: JsonObject = structuredClone(initial.data ?? {})
  for (const part of parts) {
    const target = objectAt(whole, part)
    if (target === undefined) return `parts: nothing at ${part.path.join('.')}`
    mergeInto(target, structuredClone(part.data ?? {}))
  }
  if (!hasErrors) return isDeepStrictEqual(sorted(whole), sorted(expected.data)) ? undefined : 'parts: data'
  return agrees(whole, expected.data) ? undefined : 'parts: data beside errors'
}

function objectAt(root: JsonObject, { path }: DeferredResult): JsonObject | undefined {
  const found = path.reduce<unknown>((value, step) => (value as JsonObject | null)?.[step], root)
  return isJsonObject(found) ? found : undefined
}

/** Fields come in the order of their parts. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, own]) => [key, sorted(own)]),
  )
}

function agrees(actual: unknown, expected: unknown): boolean {
  if (expected === null || expected === undefined || actual === null) return true
  if (Array.isArray(actual)) {
    return (
      Array.isArray(expected) && actual.length === expected.length && actual.every((own, i) => agrees(own, expected[i]))
    )
  }
  if (!isJsonObject(actual)) return Object.is(actual, expected)
  return isJsonObject(expected) && Object.entries(actual).every(([key, own]) => agrees(own, expected[key]))
}
