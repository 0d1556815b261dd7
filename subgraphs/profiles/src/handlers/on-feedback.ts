import { messageSent } from '@gigraph/messaging/events'
import { reviewHidden, reviewPublished } from '@gigraph/reviews/events'
import { bind } from '@gigraph/shared/service'
import { eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { count } from '../freelancer/count.ts'
import { freelancerProfiles, freelancerReviews } from '../tables.ts'

const { handle } = bind<Context>()

/** Longer silences are absences, not answers: they would drown the average. */
const LONGEST_ANSWER_SECONDS = 7 * 86_400

export const onReviewPublished = handle(
  reviewPublished,
  'count-review',
  async (ctx, tx, { reviewId, revieweeId, rating, of }) => {
    if (of !== 'SELLER') return
    const added = await tx
      .insert(freelancerReviews)
      .values({ reviewId, freelancerId: revieweeId, rating })
      .onConflictDoNothing()
      .returning()
    if (added.length === 0) return
    await count(ctx, tx, revieweeId, (profile) => ({
      ratingCount: profile.ratingCount + 1,
      ratingSum: profile.ratingSum + rating,
    }))
  },
)

/** A hidden review no longer counts; hidden before it was heard of, it never will. */
export const onReviewHidden = handle(reviewHidden, 'uncount-review', async (ctx, tx, { reviewId, revieweeId }) => {
  const [known] = await tx
    .select()
    .from(freelancerReviews)
    .where(eq(freelancerReviews.reviewId, reviewId))
    .for('update')
  await tx
    .insert(freelancerReviews)
    .values({ reviewId, freelancerId: revieweeId, rating: null })
    .onConflictDoUpdate({ target: freelancerReviews.reviewId, set: { rating: null } })
  const rating = known?.rating
  if (rating == null) return
  await count(ctx, tx, revieweeId, (profile) => ({
    ratingCount: profile.ratingCount - 1,
    ratingSum: profile.ratingSum - rating,
  }))
})

/** Response times of freelancers; of nobody else. */
export const onMessageSent = handle(
  messageSent,
  'count-answer',
  async (ctx, tx, { senderId, answeredAfterSeconds }) => {
    if (answeredAfterSeconds === null || answeredAfterSeconds > LONGEST_ANSWER_SECONDS) return
    const [sender] = await tx.select().from(freelancerProfiles).where(eq(freelancerProfiles.userId, senderId))
    if (!sender) return
    await count(ctx, tx, senderId, (profile) => ({
      answers: profile.answers + 1,
      answerSeconds: profile.answerSeconds + Math.round(answeredAfterSeconds),
    }))
  },
)
