import { z } from 'zod'
import { badParameter } from './fault.ts'

/** What may stand in a call's parameters: the names that the SDK's type for the call knows, and no others. */
export type ParamsOf<T> = { readonly [Name in keyof T]?: z.ZodType }

/** Building blocks for the form-encoded parameters of Stripe's API: every scalar arrives as a string. */
const integer = z
  .string()
  .regex(/^-?\d{1,15}$/, 'Invalid integer')
  .transform(Number)

/** A whole number of minor units above zero, of at most eight digits. */
export const amount = integer
  .refine((value) => value > 0, { message: 'This value must be greater than or equal to 1.' })
  .refine((value) => value <= 99_999_999, { message: 'Amount must be no more than $999,999.99' })

/** Any whole number. */
export const wholeNumber = integer

/** `true` or `false`. */
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true')

/** A three-letter currency; Stripe answers in lower case whatever was sent. */
export const currency = z
  .string()
  .regex(/^[a-zA-Z]{3}$/, 'Invalid currency')
  .transform((value) => value.toLowerCase())

/** Text that an empty string clears. */
export const clearableText = z
  .string()
  .max(5000)
  .transform((value) => (value === '' ? null : value))

/** Metadata: at most 50 keys of 40 characters with values of 500 (https://docs.stripe.com/api/metadata). */
export const metadata = z
  .union([
    z.literal('').transform((): Record<string, string> => ({})),
    z.record(z.string().max(40), z.string().max(500)).refine((value) => Object.keys(value).length <= 50),
  ])
  .default({})

/** Names of what to include in the answer in full. */
export const expand = z.array(z.string()).optional()

const range = z.union([
  integer.transform((at) => ({ gte: at, lte: at })),
  z.strictObject({
    gt: integer.optional(),
    gte: integer.optional(),
    lt: integer.optional(),
    lte: integer.optional(),
  }),
])

/** An instant or a range of instants, as in `created[gte]`. */
const timeRange = range.optional()

/** A parsed {@link timeRange}. */
export type TimeRange = z.output<typeof timeRange>

/** What every list operation takes (https://docs.stripe.com/api/pagination). */
export const listParams = {
  limit: integer.refine((value) => value >= 1 && value <= 100, 'This value must be between 1 and 100.').optional(),
  starting_after: z.string().optional(),
  ending_before: z.string().optional(),
  created: timeRange,
  expand,
}

/** Merges metadata as Stripe does: an empty value removes its key. */
export function mergedMetadata(old: Record<string, string>, changes: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries({ ...old, ...changes }).filter(([, value]) => value !== ''))
}

/** Whether an instant (Unix seconds) lies in a range; every instant lies in no range. */
export function inRange(at: number, within: TimeRange): boolean {
  if (!within) return true
  const { gt, gte, lt, lte } = { gt: undefined, lt: undefined, ...within }
  if (gt !== undefined && at <= gt) return false
  if (gte !== undefined && at < gte) return false
  if (lt !== undefined && at >= lt) return false
  return lte === undefined || at <= lte
}

const bracketed = (path: PropertyKey[]) =>
  path.map((part, index) => (index === 0 ? String(part) : `[${String(part)}]`)).join('')

/**
 * Checks parameters against a schema.
 *
 * @throws StripeFault 400 naming the first fault in Stripe's words.
 */
export function parseParams<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  if (!issue) throw result.error
  if (issue.code === 'unrecognized_keys') {
    const param = bracketed([...issue.path, issue.keys[0] ?? ''])
    throw badParameter(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param })
  }
  const param = bracketed(issue.path)
  const absent = issue.path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown>)?.[part], input)
  if (absent === undefined) {
    throw badParameter(`Missing required param: ${param}.`, { code: 'parameter_missing', param })
  }
  const code = issue.message === 'Invalid integer' ? 'parameter_invalid_integer' : undefined
  throw badParameter(`Invalid ${param}: ${issue.message}`, { param, ...(code ? { code } : {}) })
}
