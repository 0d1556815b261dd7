import { requireScopeOfKey, requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { refuseErased } from '../erasure/erased-users.ts'
import { authorize } from '../policy.ts'
import { scopeOf } from '../window/window.ts'
import { REPLY_LENGTH, type ReviewRow } from './review.ts'
import { replyToReviewInput } from './review-input.ts'
import { findReviewForUpdate, saveReview } from './review-store.ts'

/** The reviewed person's one public answer. */
export const replyToReview = async (ctx: Context, input: unknown): Promise<Result<ReviewRow>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(replyToReviewInput, input)
  if (!parsed.ok) return parsed
  await refuseErased(ctx.db, viewer.id)
  return transaction(ctx.db, async (tx) => {
    const review = await findReviewForUpdate(tx, parsed.value.reviewId)
    authorize(viewer, 'review:reply', review)
    requireScopeOfKey(viewer, scopeOf(review.side === 'BUYER' ? 'SELLER' : 'BUYER'))
    const now = ctx.clock.now()
    if (review.repliedAt) return fail('ALREADY_EXISTS', 'You have answered this review.')
    if (review.publishedAt && now > after(review.publishedAt, REPLY_LENGTH))
      return fail('EXPIRED', 'A review can be answered for 30 days after its publication.')
    return ok(await saveReview(tx, review.id, { reply: parsed.value.body, repliedAt: now }))
  })
}
