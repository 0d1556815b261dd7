import { orderCompleted, orderPlaced } from '@gigraph/orders/events'
import { reviewHidden, reviewPublished, reviewRestored } from '@gigraph/reviews/events'
import { bind } from '@gigraph/shared/service'
import { and, eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { noteFeedback } from '../feedback/count-feedback.ts'
import { offers } from '../tables.ts'

const { handle } = bind<Context>()

export const onOrderCompleted = handle(
  orderCompleted,
  'count-sale',
  async (_, tx, { orderId, gigId }, { occurredAt }) => {
    if (gigId !== null) await noteFeedback(tx, { sourceId: orderId, gigId, kind: 'SALE', happenedAt: occurredAt })
  },
)

/** Ordering an offer is accepting it. */
export const onOrderPlaced = handle(orderPlaced, 'accept-offer', async (_, tx, { offerId }, { occurredAt }) => {
  if (offerId === null) return
  await tx
    .update(offers)
    .set({ status: 'ACCEPTED', decidedAt: occurredAt })
    .where(and(eq(offers.id, offerId), eq(offers.status, 'SENT')))
})

/** Only reviews that count for a gig come with its numbers. */
export const onReviewPublished = handle(
  reviewPublished,
  'rate',
  async (_, tx, { reviewId, gigId, rating, gigRating }, { occurredAt }) => {
    if (gigId === null || gigRating === null) return
    await noteFeedback(tx, { sourceId: reviewId, gigId, kind: 'REVIEW', rating, happenedAt: occurredAt })
  },
)

export const onReviewHidden = handle(
  reviewHidden,
  'rate-again',
  async (_, tx, { reviewId, gigId, gigRating }, { occurredAt }) => {
    if (gigId === null || gigRating === null) return
    await noteFeedback(tx, { sourceId: reviewId, gigId, kind: 'REVIEW', hidden: true, happenedAt: occurredAt })
  },
)

/** Staff put it back: from then on it counts again, whenever its hiding is heard of. */
export const onReviewRestored = handle(
  reviewRestored,
  'rate-once-more',
  async (_, tx, { reviewId, gigId, rating, gigRating }, { occurredAt }) => {
    if (gigId === null || gigRating === null) return
    await noteFeedback(tx, { sourceId: reviewId, gigId, kind: 'REVIEW', rating, happenedAt: occurredAt })
  },
)
