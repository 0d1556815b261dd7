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

/** What the staff did with a review, for the audit log: in its author's account, as long as there is one. */
const note = (
  ctx: Context,
  tx: Transaction,
  action: 'REVIEW_HIDDEN' | 'REVIEW_RESTORED' | 'REVIEW_REPORTS_DISMISSED',
  { review, ...act }: { review: ReviewRow; reason: string } & Pick<Parameters<typeof noteAct>[2], 'before' | 'after'>,
) => noteAct(ctx, tx, { ...act, action, subjectId: review.reviewerId, object: { kind: 'REVIEW', id: review.id } })

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
