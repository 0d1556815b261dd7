import { orderCompleted, orderPlaced } from '@gigraph/orders/events'
import { reviewHidden, reviewPublished } from '@gigraph/reviews/events'
import type { Transaction } from '@gigraph/shared/database'
import { bind } from '@gigraph/shared/service'
import { and, eq, isNull, lte, or, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { relist } from '../listing/relist.ts'
import { gigs, offers } from '../tables.ts'

const { handle } = bind<Context>()

export const onOrderCompleted = handle(orderCompleted, 'count-sale', async (_, tx, { gigId }) => {
  if (gigId === null) return
  await tx
    .update(gigs)
    .set({ sales: sql`${gigs.sales} + 1` })
    .where(eq(gigs.id, gigId))
  await relist(tx, [gigId])
})

/** Ordering an offer is accepting it. */
export const onOrderPlaced = handle(orderPlaced, 'accept-offer', async (_, tx, { offerId }, { occurredAt }) => {
  if (offerId === null) return
  await tx
    .update(offers)
    .set({ status: 'ACCEPTED', decidedAt: occurredAt })
    .where(and(eq(offers.id, offerId), eq(offers.status, 'SENT')))
})

interface Rated {
  readonly gigId: string | null
  readonly gigRating: { readonly count: number; readonly sum: number } | null
}

/** Takes over the numbers that reviews counted; of two events the later one holds. */
const rate = async (tx: Transaction, { gigId, gigRating }: Rated, at: Date): Promise<void> => {
  if (gigId === null || gigRating === null) return
  await tx
    .update(gigs)
    .set({ ratingCount: gigRating.count, ratingSum: gigRating.sum, ratingAt: at })
    .where(and(eq(gigs.id, gigId), or(isNull(gigs.ratingAt), lte(gigs.ratingAt, at))))
  await relist(tx, [gigId])
}

export const onReviewPublished = handle(reviewPublished, 'rate', (_, tx, review, { occurredAt }) =>
  rate(tx, review, occurredAt),
)

export const onReviewHidden = handle(reviewHidden, 'rate-again', (_, tx, review, { occurredAt }) =>
  rate(tx, review, occurredAt),
)
