import type { reviews } from '../tables.ts'
import type { Side } from '../window/window.ts'

export type ReviewRow = typeof reviews.$inferSelect

export type Aspect = 'COMMUNICATION' | 'QUALITY' | 'VALUE' | 'WORK_AGAIN' | 'CLARITY' | 'PROMPTNESS'

/** What each side may rate the other in. */
const aspectsBy: Readonly<Record<Side, readonly Aspect[]>> = {
  BUYER: ['COMMUNICATION', 'QUALITY', 'VALUE', 'WORK_AGAIN'],
  SELLER: ['COMMUNICATION', 'CLARITY', 'PROMPTNESS', 'WORK_AGAIN'],
}

/** How long the reviewed person may answer. */
export const REPLY_LENGTH = '30d'

/** Whether everybody may read it. */
export const isVisible = (review: ReviewRow): boolean => review.publishedAt !== null && review.hiddenAt === null

/** The first aspect that this side has no say in; null when all are its own. */
export const foreignAspect = (side: Side, aspects: readonly { readonly aspect: Aspect }[]): Aspect | null =>
  aspects.find(({ aspect }) => !aspectsBy[side].includes(aspect))?.aspect ?? null

/** Ratings by aspect; of an aspect that is given twice, the last. */
export const aspectMap = (
  aspects: readonly { readonly aspect: Aspect; readonly rating: number }[],
): Partial<Record<Aspect, number>> => Object.fromEntries(aspects.map(({ aspect, rating }) => [aspect, rating]))

/** What is told of a visible review: facts that others count. */
export const ratedFacts = (review: ReviewRow) => ({
  ...shownFacts(review),
  of: review.side === 'BUYER' ? ('SELLER' as const) : ('BUYER' as const),
  rating: review.rating,
})

/** What is told of a review whatever became of it. */
export const shownFacts = ({ id, orderId, gigId, reviewerId, revieweeId }: ReviewRow) => ({
  reviewId: id,
  orderId,
  gigId,
  reviewerId,
  revieweeId,
})
