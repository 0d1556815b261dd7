import { noteAct } from '@gigraph/shared/audit'
import { requireScope, requireViewer, type Viewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { reviewHidden, reviewRestored } from '../events.ts'
import { authorize } from '../policy.ts'
import { type ReviewRow, ratedFacts, shownFacts } from '../review/review.ts'
import { findReviewForUpdate, saveReview } from '../review/review-store.ts'
import { countIn } from '../summary/count-reviews.ts'
import { decisionReason } from './reason.ts'
import { decideReports } from './report-store.ts'

const decisionInput = z.object({
  reviewId: z.uuid({ error: 'This is no review.' }),
  reason: decisionReason,
})

const requireModerator = (ctx: Context): Viewer => {
  const viewer = requireViewer(ctx)
  requireScope(viewer, 'content:moderate')
  return viewer
}

/** What the staff did with a review or its answer, for the audit log: in its author's account, as long as there is one. */
const note = (
  ctx: Context,
  tx: Transaction,
  action:
    | 'REVIEW_HIDDEN'
    | 'REVIEW_RESTORED'
    | 'REVIEW_REPORTS_DISMISSED'
    | 'REVIEW_REPLY_HIDDEN'
    | 'REVIEW_REPLY_RESTORED',
  { review, ...act }: { review: ReviewRow; reason: string } & Pick<Parameters<typeof noteAct>[2], 'before' | 'after'>,
) => {
  const isReply = action === 'REVIEW_REPLY_HIDDEN' || action === 'REVIEW_REPLY_RESTORED'
  const subjectId = isReply ? review.revieweeId : review.reviewerId
  return noteAct(ctx, tx, { ...act, action, subjectId, object: { kind: 'REVIEW', id: review.id } })
}

/** What every decision about a review begins with: who may decide, which review, and why. */
const decide = async (
  ctx: Context,
  input: unknown,
  run: (tx: Transaction, review: ReviewRow, by: { viewerId: string; reason: string }) => Promise<Result<ReviewRow>>,
): Promise<Result<ReviewRow>> => {
  const viewer = requireModerator(ctx)
  const parsed = parseInput(decisionInput, input)
  if (!parsed.ok) return parsed
  const { reviewId, reason } = parsed.value
  return transaction(ctx.db, async (tx) => {
    const review = await findReviewForUpdate(tx, reviewId)
    authorize(viewer, 'review:moderate', review)
    return run(tx, review, { viewerId: viewer.id, reason })
  })
}

/** Takes a published review out of sight and out of the summaries; the reports that wait about it are answered. */
export const hideReview = (ctx: Context, input: unknown): Promise<Result<ReviewRow>> =>
  decide(ctx, input, async (tx, review, { viewerId, reason }) => {
    if (!review.publishedAt) return fail('INVALID_STATE', 'The review is not published yet.', { allowed: [] })
    if (review.hiddenAt) return fail('INVALID_STATE', 'The review is hidden already.', { allowed: ['restoreReview'] })
    const now = ctx.clock.now()
    const gigRating = await countIn(tx, review, -1)
    await decideReports(tx, review.id, { state: 'UPHELD', decidedAt: now, decidedBy: viewerId })
    await ctx.publish(tx, reviewHidden, { ...shownFacts(review), gigRating })
    await note(ctx, tx, 'REVIEW_HIDDEN', { review, reason, before: { hidden: false }, after: { hidden: true } })
    return ok(await saveReview(tx, review.id, { hiddenAt: now, hiddenBy: viewerId, hiddenReason: reason }))
  })

/** Puts a hidden review back into sight and into the summaries. */
export const restoreReview = (ctx: Context, input: unknown): Promise<Result<ReviewRow>> =>
  decide(ctx, input, async (tx, review, { reason }) => {
    if (!review.hiddenAt)
      return fail('INVALID_STATE', 'The review is not hidden.', { allowed: review.publishedAt ? ['hideReview'] : [] })
    const gigRating = await countIn(tx, review, 1)
    await ctx.publish(tx, reviewRestored, { ...ratedFacts(review), gigRating })
    const before = { hidden: true, reason: review.hiddenReason }
    await note(ctx, tx, 'REVIEW_RESTORED', { review, reason, before, after: { hidden: false } })
    return ok(await saveReview(tx, review.id, { hiddenAt: null, hiddenBy: null, hiddenReason: null }))
  })

/** Takes the public answer to a review out of sight, and leaves the review; the reports that wait are answered. */
export const hideReviewReply = (ctx: Context, input: unknown): Promise<Result<ReviewRow>> =>
  decide(ctx, input, async (tx, review, { viewerId, reason }) => {
    if (!review.reply) return fail('INVALID_STATE', 'The review has no answer.', { allowed: [] })
    if (review.replyHiddenAt)
      return fail('INVALID_STATE', 'The answer is hidden already.', { allowed: ['restoreReviewReply'] })
    const now = ctx.clock.now()
    await decideReports(tx, review.id, { state: 'UPHELD', decidedAt: now, decidedBy: viewerId })
    await note(ctx, tx, 'REVIEW_REPLY_HIDDEN', { review, reason, before: { hidden: false }, after: { hidden: true } })
    return ok(await saveReview(tx, review.id, { replyHiddenAt: now, replyHiddenReason: reason }))
  })

/** Puts a hidden answer back into sight. */
export const restoreReviewReply = (ctx: Context, input: unknown): Promise<Result<ReviewRow>> =>
  decide(ctx, input, async (tx, review, { reason }) => {
    if (!review.replyHiddenAt)
      return fail('INVALID_STATE', 'No answer is hidden.', { allowed: review.reply ? ['hideReviewReply'] : [] })
    const before = { hidden: true, reason: review.replyHiddenReason }
    await note(ctx, tx, 'REVIEW_REPLY_RESTORED', { review, reason, before, after: { hidden: false } })
    return ok(await saveReview(tx, review.id, { replyHiddenAt: null, replyHiddenReason: null }))
  })

/** Leaves a reported review as it is: the reports that wait about it are answered. */
export const dismissReviewReports = (ctx: Context, input: unknown): Promise<Result<ReviewRow>> =>
  decide(ctx, input, async (tx, review, { viewerId, reason }) => {
    const dismissed = { state: 'DISMISSED' as const, decidedAt: ctx.clock.now(), decidedBy: viewerId }
    const count = await decideReports(tx, review.id, dismissed)
    if (count === 0) return fail('INVALID_STATE', 'No report of this review waits.', { allowed: [] })
    const before = { reports: count }
    await note(ctx, tx, 'REVIEW_REPORTS_DISMISSED', { review, reason, before, after: { reports: 0 } })
    return ok(review)
  })
