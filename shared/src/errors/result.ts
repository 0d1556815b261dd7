import type { z } from 'zod'
import { wordsOf } from './words.ts'

/** Codes of expected outcomes; the enum `UserErrorCode` of the graph. */
export type UserErrorCode =
  | 'VALIDATION'
  | 'INVALID_STATE'
  | 'CONFLICT'
  | 'ALREADY_EXISTS'
  | 'NOT_ALLOWED'
  | 'NOT_AVAILABLE'
  | 'EXPIRED'
  | 'INVALID_CODE'
  | 'INVALID_CREDENTIALS'
  | 'EMAIL_NOT_VERIFIED'
  | 'LIMIT_EXCEEDED'
  | 'INSUFFICIENT_FUNDS'
  | 'PAYMENT_DECLINED'
  | 'IDEMPOTENCY_CONFLICT'
  | 'IDEMPOTENCY_IN_PROGRESS'

/** Something a person can act on: shown beside a form, listed under `userErrors`. */
export interface UserError {
  readonly code: UserErrorCode
  readonly message: string
  /** Path of the input field that is wrong, for example `['input', 'price', 'amountMinor']`. */
  readonly field?: readonly string[]
  /** With INVALID_STATE: the actions that are possible now. */
  readonly allowed?: readonly string[]
}

export interface Success<T> {
  readonly ok: true
  readonly value: T
}
export interface Failure {
  readonly ok: false
  readonly errors: readonly UserError[]
}
/** What a use case answers: the value, or expected outcomes that the caller decides about. */
export type Result<T> = Success<T> | Failure

export const ok = <T>(value: T): Success<T> => ({ ok: true, value })

export const fail = (
  code: UserErrorCode,
  message: string,
  more: { readonly field?: readonly string[]; readonly allowed?: readonly string[] } = {},
): Failure => ({ ok: false, errors: [{ code, message, ...more }] })

/**
 * Parses a mutation's input. Every fault becomes a VALIDATION error with the path of its field.
 *
 * @param schema refuses unknown keys itself where that matters; GraphQL has refused them already
 */
export const parseInput = <Schema extends z.ZodType>(schema: Schema, input: unknown): Result<z.output<Schema>> => {
  const parsed = schema.safeParse(input, { error: wordsOf })
  if (parsed.success) return ok(parsed.data)
  return {
    ok: false,
    errors: parsed.error.issues.map((issue) => ({
      code: 'VALIDATION',
      message: issue.message,
      field: ['input', ...issue.path.map(String)],
    })),
  }
}

/** A mutation's payload: `{ order, userErrors: [] }` or `{ order: null, userErrors }`. */
export const payload = <Key extends string, T>(key: Key, result: Result<T>) =>
  ({ [key]: result.ok ? result.value : null, userErrors: result.ok ? [] : result.errors }) as {
    [K in Key]: T | null
  } & {
    userErrors: readonly UserError[]
  }
