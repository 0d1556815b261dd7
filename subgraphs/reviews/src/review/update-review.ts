import { requireScopeOfKey, requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { authorize } from '../policy.ts'
import { scopeOf } from '../window/window.ts'
import { aspectMap, foreignAspect, type ReviewRow } from './review.ts'
import { updateReviewInput } from './review-input.ts'
import { findReviewForUpdate, saveReview } from './review-store.ts'

/** Changes one's own review as long as nobody else can read it. */
export const updateReview = async (ctx: Context, input: unknown): Promise<Result<ReviewRow>> => {
  requireViewer(ctx)
  const parsed = parseInput(updateReviewInput, input)
  if (!parsed.ok) return parsed
  const { reviewId, rating, aspects, comment, privateNote } = parsed.value

  return transaction(ctx.db, async (tx) => {
    const review = await findReviewForUpdate(tx, reviewId)
    requireScopeOfKey(authorize(ctx.viewer, 'review:update', review), scopeOf(review.side))
    if (review.publishedAt) return fail('INVALID_STATE', 'The review is published and stays as it is.', { allowed: [] })
    const foreign = aspects && foreignAspect(review.side, aspects)
    if (foreign)
      return fail('VALIDATION', `${foreign} is not for your side of the order.`, { field: ['input', 'aspects'] })
    return ok(
      await saveReview(tx, reviewId, {
        updatedAt: ctx.clock.now(),
        ...(rating != null && { rating }),
        ...(aspects && { aspects: aspectMap(aspects) }),
        ...(comment != null && { comment }),
        ...(privateNote != null && { privateNote: privateNote || null }),
      }),
    )
  })
}
