import { messageSent } from '@gigraph/messaging/events'
import { reviewHidden, reviewPublished, reviewRestored } from '@gigraph/reviews/events'
import type { Transaction } from '@gigraph/shared/database'
import { bind } from '@gigraph/shared/service'
import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { createMissing } from '../freelancer/freelancer-store.ts'
import { lockFreelancers, projectFreelancers } from '../freelancer/project-freelancers.ts'
import { isErased } from '../person/person-store.ts'
import { answers, freelancerReviews } from '../tables.ts'

const { handle } = bind<Context>()

/** Longer silences are absences, not answers: they would drown the average. */
const LONGEST_ANSWER_SECONDS = 7 * 86_400

interface Told {
  readonly reviewId: string
  readonly revieweeId: string
  /** Null: told without, as a hiding is. */
  readonly rating: number | null
  readonly hidden: boolean
  readonly at: Date
}

/** Of what is told of one review the latest says whether it is hidden; a hiding beats what else is of the same instant. */
const noteReview = async (
  ctx: Context,
  tx: Transaction,
  { reviewId, revieweeId, rating, hidden, at }: Told,
): Promise<void> => {
  await lockFreelancers(tx, [revieweeId])
  const isLater = sql`(excluded.happened_at, excluded.hidden) > (coalesce(${freelancerReviews.happenedAt}, '-infinity'), ${freelancerReviews.hidden})`
  await tx
    .insert(freelancerReviews)
    .values({ reviewId, freelancerId: revieweeId, rating, hidden, happenedAt: at })
    .onConflictDoUpdate({
      target: freelancerReviews.reviewId,
      set: {
        rating: sql`coalesce(${freelancerReviews.rating}, excluded.rating)`,
        hidden: sql`case when ${isLater} then excluded.hidden else ${freelancerReviews.hidden} end`,
        happenedAt: sql`greatest(${freelancerReviews.happenedAt}, excluded.happened_at)`,
      },
    })
  await projectFreelancers(ctx, tx, [revieweeId])
}

interface Rated {
  readonly reviewId: string
  readonly revieweeId: string
  readonly rating: number
  readonly of: 'SELLER' | 'BUYER'
}

const noteVisible = async (ctx: Context, tx: Transaction, { of, ...review }: Rated, at: Date): Promise<void> => {
  if (of !== 'SELLER' || !(await createMissing(tx, { userId: review.revieweeId, at: ctx.clock.now() }))) return
  await noteReview(ctx, tx, { ...review, hidden: false, at })
}

export const onReviewPublished = handle(reviewPublished, 'count-review', (ctx, tx, review, { occurredAt }) =>
  noteVisible(ctx, tx, review, occurredAt),
)

/** Staff put it back: it counts again. */
export const onReviewRestored = handle(reviewRestored, 'count-review-again', (ctx, tx, review, { occurredAt }) =>
  noteVisible(ctx, tx, review, occurredAt),
)

/** A hidden review no longer counts, whenever it is heard of. */
export const onReviewHidden = handle(
  reviewHidden,
  'uncount-review',
  async (ctx, tx, { reviewId, revieweeId }, { occurredAt }) => {
    if (await isErased(tx, revieweeId)) return
    await noteReview(ctx, tx, { reviewId, revieweeId, rating: null, hidden: true, at: occurredAt })
  },
)

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
