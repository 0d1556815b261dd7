import type { ExecutionResult } from 'graphql'
import type { Decision } from './rules.ts'

/** What came of asking: a {@link Decision}, or the code of a fault that is none (BAD_USER_INPUT, INTERNAL …). */
export interface Observation {
  readonly decision: Decision | string
  /** The answer, for whoever has to find out why. */
  readonly answer: string
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** The value at a path; of lists on the way the first item. Null as soon as something on the way is null, `empty` for a list without items. */
const valueAt = (value: unknown, [step, ...rest]: readonly (string | number)[]): unknown => {
  if (value === null || value === undefined) return null
  if (Array.isArray(value) && typeof step !== 'number')
    return value.length === 0 ? [] : valueAt(value[0], step === undefined ? [] : [step, ...rest])
  if (step === undefined) return value
  return valueAt(isRecord(value) ? value[step] : null, rest)
}

const REFUSALS = ['NOT_ALLOWED', 'NOT_FOUND']

const decisionOf = (value: unknown): Decision => {
  if (value === null) return 'null'
  if (Array.isArray(value) && value.length === 0) return 'empty'
  if (!isRecord(value)) return 'allowed'
  if (Array.isArray(value.nodes) && value.nodes.length === 0) return 'empty'
  const errors: unknown[] = Array.isArray(value.userErrors) ? value.userErrors : []
  const codes = errors.map((error) => (isRecord(error) ? String(error.code) : ''))
  return (codes.find((code) => REFUSALS.includes(code)) as Decision | undefined) ?? 'allowed'
}

/** Reads the decision from an answer: the code of its first error, else what stands at the path. */
export const observe = (result: ExecutionResult, path: readonly (string | number)[]): Observation => {
  const answer = JSON.stringify(result)
  const [error] = result.errors ?? []
  if (error) return { decision: String(error.extensions?.code ?? 'an error without a code'), answer }
  const found = valueAt(result.data, path)
  return { decision: decisionOf(found), answer }
}
