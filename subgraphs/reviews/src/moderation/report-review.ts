import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { refuseErased } from '../erasure/erased-users.ts'
import { authorize } from '../policy.ts'
import type { ReviewRow } from '../review/review.ts'
import { findReviewForUpdate } from '../review/review-store.ts'
import { insertReport } from './report-store.ts'

const reportReviewInput = z.object({
  reviewId: z.uuid({ error: 'This is no review.' }),
  reason: z
    .string()
    .trim()
    .min(10, { error: 'Say in at least 10 characters what is wrong.' })
    .max(2_000, { error: 'Write at most 2,000 characters.' }),
})

/** Tells the staff about a published review; once per person and review. */
export const reportReview = async (ctx: Context, input: unknown): Promise<Result<ReviewRow>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(reportReviewInput, input)
  if (!parsed.ok) return parsed
  await refuseErased(ctx.db, viewer.id)
  return transaction(ctx.db, async (tx) => {
    const review = await findReviewForUpdate(tx, parsed.value.reviewId)
    authorize(viewer, 'review:report', review)
    const { reason } = parsed.value
    const filed = await insertReport(tx, {
      id: ctx.makeId(),
      reviewId: review.id,
      reporterId: viewer.id,
      reason,
      createdAt: ctx.clock.now(),
    })
    return filed ? ok(review) : fail('ALREADY_EXISTS', 'You have reported this review; our staff will look at it.')
  })
}
