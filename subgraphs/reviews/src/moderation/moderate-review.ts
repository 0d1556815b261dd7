import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { reviewHidden, reviewRestored } from '../events.ts'
import { authorize } from '../policy.ts'
import { type ReviewRow, ratedFacts, shownFacts } from '../review/review.ts'
import { findReviewForUpdate, saveReview } from '../review/review-store.ts'
import { countIn } from '../summary/count-reviews.ts'

const reviewId = z.uuid({ error: 'This is no review.' })
const hideReviewInput = z.object({
  reviewId,
  reason: z.string().trim().min(3, { error: 'Say why.' }).max(2_000, { error: 'Write at most 2,000 characters.' }),
})

/** Takes a published review out of sight and out of the summaries. */
export const hideReview = async (ctx: Context, input: unknown): Promise<Result<ReviewRow>> => {
  const viewer = requireViewer(ctx)
  requireScope(viewer, 'content:moderate')
  const parsed = parseInput(hideReviewInput, input)
  if (!parsed.ok) return parsed

  return transaction(ctx.db, async (tx) => {
    const review = await findReviewForUpdate(tx, parsed.value.reviewId)
    authorize(viewer, 'review:moderate', review)
    if (!review.publishedAt) return fail('INVALID_STATE', 'The review is not published yet.', { allowed: [] })
    if (review.hiddenAt) return fail('INVALID_STATE', 'The review is hidden already.', { allowed: ['restoreReview'] })
    const gigRating = await countIn(tx, review, -1)
    await ctx.publish(tx, reviewHidden, { ...shownFacts(review), gigRating })
    const { reason } = parsed.value
    return ok(await saveReview(tx, review.id, { hiddenAt: ctx.clock.now(), hiddenBy: viewer.id, hiddenReason: reason }))
  })
}

/** Puts a hidden review back into sight and into the summaries. */
export const restoreReview = async (ctx: Context, input: unknown): Promise<Result<ReviewRow>> => {
  const viewer = requireViewer(ctx)
  requireScope(viewer, 'content:moderate')
  const parsed = parseInput(z.object({ reviewId }), input)
  if (!parsed.ok) return parsed

  return transaction(ctx.db, async (tx) => {
    const review = await findReviewForUpdate(tx, parsed.value.reviewId)
    authorize(viewer, 'review:moderate', review)
    if (!review.hiddenAt)
      return fail('INVALID_STATE', 'The review is not hidden.', { allowed: review.publishedAt ? ['hideReview'] : [] })
    const gigRating = await countIn(tx, review, 1)
    await ctx.publish(tx, reviewRestored, { ...ratedFacts(review), gigRating })
    return ok(await saveReview(tx, review.id, { hiddenAt: null, hiddenBy: null, hiddenReason: null }))
  })
}
