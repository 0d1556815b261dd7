import { requireScope, requireViewer, type Viewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { reviewHidden, reviewRestored } from '../events.ts'
import { authorize } from '../policy.ts'
import { type ReviewRow, ratedFacts, shownFacts } from '../review/review.ts'
import { findReviewForUpdate, saveReview } from '../review/review-store.ts'
import { countIn } from '../summary/count-reviews.ts'
import { decideReports } from './report-store.ts'

const decisionInput = z.object({
  reviewId: z.uuid({ error: 'This is no review.' }),
  reason: z.string().trim().min(3, { error: 'Say why.' }).max(2_000, { error: 'Write at most 2,000 characters.' }),
})

const requireModerator = (ctx: Context): Viewer => {
  const viewer = requireViewer(ctx)
  requireScope(viewer, 'content:moderate')
  return viewer
}

/** Takes a published review out of sight and out of the summaries; the reports that wait about it are answered. */
export const hideReview = async (ctx: Context, input: unknown): Promise<Result<ReviewRow>> => {
  const viewer = requireModerator(ctx)
  const parsed = parseInput(decisionInput, input)
  if (!parsed.ok) return parsed
  const { reviewId, reason } = parsed.value

  return transaction(ctx.db, async (tx) => {
    const review = await findReviewForUpdate(tx, reviewId)
    authorize(viewer, 'review:moderate', review)
    if (!review.publishedAt) return fail('INVALID_STATE', 'The review is not published yet.', { allowed: [] })
    if (review.hiddenAt) return fail('INVALID_STATE', 'The review is hidden already.', { allowed: ['restoreReview'] })
    const now = ctx.clock.now()
    const gigRating = await countIn(tx, review, -1)
    await decideReports(tx, reviewId, { state: 'UPHELD', decidedAt: now, decidedBy: viewer.id })
    await ctx.publish(tx, reviewHidden, { ...shownFacts(review), gigRating })
    return ok(await saveReview(tx, reviewId, { hiddenAt: now, hiddenBy: viewer.id, hiddenReason: reason }))
  })
}

/** Puts a hidden review back into sight and into the summaries. */
export const restoreReview = async (ctx: Context, input: unknown): Promise<Result<ReviewRow>> => {
  const viewer = requireModerator(ctx)
  const parsed = parseInput(decisionInput, input)
  if (!parsed.ok) return parsed
  const { reviewId } = parsed.value

  return transaction(ctx.db, async (tx) => {
    const review = await findReviewForUpdate(tx, reviewId)
    authorize(viewer, 'review:moderate', review)
    if (!review.hiddenAt)
      return fail('INVALID_STATE', 'The review is not hidden.', { allowed: review.publishedAt ? ['hideReview'] : [] })
    const gigRating = await countIn(tx, review, 1)
    await ctx.publish(tx, reviewRestored, { ...ratedFacts(review), gigRating })
    return ok(await saveReview(tx, reviewId, { hiddenAt: null, hiddenBy: null, hiddenReason: null }))
  })
}

/** Leaves a reported review as it is: the reports that wait about it are answered. */
export const dismissReviewReports = async (ctx: Context, input: unknown): Promise<Result<ReviewRow>> => {
  const viewer = requireModerator(ctx)
  const parsed = parseInput(decisionInput, input)
  if (!parsed.ok) return parsed
  const { reviewId } = parsed.value

  return transaction(ctx.db, async (tx) => {
    const review = await findReviewForUpdate(tx, reviewId)
    authorize(viewer, 'review:moderate', review)
    const dismissed = { state: 'DISMISSED' as const, decidedAt: ctx.clock.now(), decidedBy: viewer.id }
    const count = await decideReports(tx, reviewId, dismissed)
    return count > 0 ? ok(review) : fail('INVALID_STATE', 'No report of this review waits.', { allowed: [] })
  })
}
