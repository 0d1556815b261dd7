import { requireScopeOfKey, requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, parseInput, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { refuseErased } from '../erasure/erased-users.ts'
import { reviewSubmitted } from '../events.ts'
import { isOpenFor, revieweeOf, scopeOf, sideOf } from '../window/window.ts'
import { findOptionalWindowForUpdate } from '../window/window-store.ts'
import { publishWindow } from './publish-window.ts'
import { aspectMap, foreignAspect, type ReviewRow } from './review.ts'
import { submitReviewInput } from './review-input.ts'
import { insertReview, listReviewsOfOrder } from './review-store.ts'

/** Writes one side's review; the second of both publishes them together. Strangers do not find the order. */
export const submitReview = async (ctx: Context, input: unknown): Promise<Result<ReviewRow>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(submitReviewInput, input)
  if (!parsed.ok) return parsed
  const { orderId, rating, aspects, comment, privateNote } = parsed.value
  await refuseErased(ctx.db, viewer.id)
  return transaction(ctx.db, async (tx) => {
    const window = await findOptionalWindowForUpdate(tx, orderId)
    const side = window && sideOf(window, viewer.id)
    if (!window || !side) throw notFound('Order')
    requireScopeOfKey(viewer, scopeOf(side))
    const written = await listReviewsOfOrder(tx, orderId)
    if (written.some((review) => review.side === side))
      return fail('ALREADY_EXISTS', 'You have reviewed this order; change that review instead.')
    const now = ctx.clock.now()
    if (window.open === 'BUYER' && side === 'SELLER')
      return fail('NOT_ALLOWED', 'After a dispute only the buyer reviews.')
    if (!isOpenFor(window, side, now)) return fail('EXPIRED', 'The 14 days for reviewing this order are over.')
    const foreign = foreignAspect(side, aspects)
    if (foreign)
      return fail('VALIDATION', `${foreign} is not for your side of the order.`, { field: ['input', 'aspects'] })

    const review = await insertReview(tx, {
      id: ctx.makeId(),
      orderId,
      side,
      reviewerId: viewer.id,
      revieweeId: revieweeOf(window, side),
      gigId: side === 'BUYER' ? window.gigId : null,
      rating,
      aspects: aspectMap(aspects),
      comment,
      privateNote: privateNote || null,
      submittedAt: now,
      updatedAt: now,
    })
    await ctx.publish(tx, reviewSubmitted, {
      reviewId: review.id,
      orderId,
      gigId: review.gigId,
      reviewerId: viewer.id,
      revieweeId: review.revieweeId,
    })
    const complete = written.length === 1 || window.open === 'BUYER'
    if (!complete) return ok(review)
    const published = await publishWindow(ctx, tx, window)
    return ok(published.find((each) => each.id === review.id) ?? review)
  })
}
