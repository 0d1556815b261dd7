import { messageSent } from '@gigraph/messaging/events'
import { reviewHidden, reviewPublished } from '@gigraph/reviews/events'
import { bind } from '@gigraph/shared/service'
import type { Context } from '../context.ts'
import { createMissing } from '../freelancer/freelancer-store.ts'
import { projectFreelancers } from '../freelancer/project-freelancers.ts'
import { isErased } from '../person/person-store.ts'
import { answers, freelancerReviews } from '../tables.ts'

const { handle } = bind<Context>()

/** Longer silences are absences, not answers: they would drown the average. */
const LONGEST_ANSWER_SECONDS = 7 * 86_400

export const onReviewPublished = handle(
  reviewPublished,
  'count-review',
  async (ctx, tx, { reviewId, revieweeId, rating, of }) => {
    if (of !== 'SELLER' || !(await createMissing(tx, { userId: revieweeId, at: ctx.clock.now() }))) return
    await tx.insert(freelancerReviews).values({ reviewId, freelancerId: revieweeId, rating }).onConflictDoNothing()
    await projectFreelancers(ctx, tx, [revieweeId])
  },
)

/** A hidden review no longer counts; hidden before it was heard of, it never will. */
export const onReviewHidden = handle(reviewHidden, 'uncount-review', async (ctx, tx, { reviewId, revieweeId }) => {
  if (await isErased(tx, revieweeId)) return
  await tx
    .insert(freelancerReviews)
    .values({ reviewId, freelancerId: revieweeId, rating: null })
    .onConflictDoUpdate({ target: freelancerReviews.reviewId, set: { rating: null } })
  await projectFreelancers(ctx, tx, [revieweeId])
})

/** How soon people answer; it shows on the profiles of freelancers, whenever they become one. */
export const onMessageSent = handle(
  messageSent,
  'count-answer',
  async (ctx, tx, { messageId, senderId, answeredAfterSeconds }, { occurredAt }) => {
    if (answeredAfterSeconds === null || answeredAfterSeconds > LONGEST_ANSWER_SECONDS) return
    if (await isErased(tx, senderId)) return
    const seconds = Math.round(answeredAfterSeconds)
    await tx.insert(answers).values({ messageId, userId: senderId, seconds, sentAt: occurredAt }).onConflictDoNothing()
    await projectFreelancers(ctx, tx, [senderId])
  },
)
