import type { Money } from '@gigraph/shared/money'
import { z } from 'zod'

/** A part of the work of a proposal or a custom offer, paid by itself. */
export interface Milestone {
  readonly title: string
  readonly amount: Money
  readonly deliveryDays: number
}

/** A price that somebody names for work of its own, in cents. */
export const amount = z.object({
  amountMinor: z.int().min(500, { error: 'At least $5.' }).max(100_000_000, { error: 'At most $1,000,000.' }),
  currency: z.literal('USD', { error: 'Prices are in USD.' }),
})

/** Up to ten parts; none: everything is paid at once. */
export const milestones = z
  .array(
    z.object({
      title: z.string().trim().min(1).max(100, { error: 'A milestone has a title of at most 100 characters.' }),
      amount,
      deliveryDays: z.int().min(1).max(365),
    }),
  )
  .max(10, { error: 'At most 10 milestones.' })
  .nullish()
  .transform((list) => list ?? [])

/** Whether the parts are together the whole. */
export const addUpTo = (whole: Money, parts: readonly Milestone[]): boolean =>
  parts.length === 0 || parts.reduce((sum, part) => sum + part.amount.amountMinor, 0) === whole.amountMinor
