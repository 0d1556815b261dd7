import type { Transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'
import { reviewPublished } from '../events.ts'
import { countIn } from '../summary/count-reviews.ts'
import type { WindowRow } from '../window/window.ts'
import { closeWindow } from '../window/window-store.ts'
import { type ReviewRow, ratedFacts } from './review.ts'
import { listReviewsOfOrder, saveReview } from './review-store.ts'

/** Makes all that was written about an order visible at once and counts it. The window must be locked and still open. */
export const publishWindow = async (ctx: Context, tx: Transaction, window: WindowRow): Promise<ReviewRow[]> => {
  const now = ctx.clock.now()
  await closeWindow(tx, window.orderId, now)
  const published: ReviewRow[] = []
  for (const written of await listReviewsOfOrder(tx, window.orderId)) {
    const review = await saveReview(tx, written.id, { publishedAt: now })
    const gigRating = await countIn(tx, review, 1)
    published.push(review)
    await ctx.publish(tx, reviewPublished, { ...ratedFacts(review), gigRating })
  }
  return published
}
