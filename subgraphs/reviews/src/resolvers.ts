import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { badUserInput, notFound, payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from './__generated__/schema.ts'
import type { Context } from './context.ts'
import { hideToolFeedback, restoreToolFeedback } from './moderation/moderate-feedback.ts'
import {
  dismissReviewReports,
  hideReview,
  hideReviewReply,
  restoreReview,
  restoreReviewReply,
} from './moderation/moderate-review.ts'
import { reportReview } from './moderation/report-review.ts'
import { listReports } from './moderation/report-store.ts'
import { isInsider, maySee, maySeeHiddenReply } from './policy.ts'
import { replyToReview } from './review/reply-to-review.ts'
import type { Aspect } from './review/review.ts'
import { listReviews, reviewsById, reviewsByOrder } from './review/review-store.ts'
import { submitReview } from './review/submit-review.ts'
import { updateReview } from './review/update-review.ts'
import { countOf, emptySummary, type SummaryKind, scoreOf, sumOf } from './summary/summary.ts'
import { summariesOf } from './summary/summary-store.ts'
import { submitToolFeedback } from './tool-feedback/submit-tool-feedback.ts'
import { listFeedback } from './tool-feedback/tool-feedback-store.ts'
import { isOpenFor, revieweeOf, sideOf } from './window/window.ts'
import { listPending, windowsByOrder } from './window/window-store.ts'

const user = (id: string) => ({ __typename: 'User' as const, id })

const summary = async (ctx: Context, kind: SummaryKind, id: string) =>
  (await load(ctx, summariesOf[kind], id)) ?? emptySummary

const visibleReview = async (ctx: Context, id: string) => {
  const review = await load(ctx, reviewsById, id)
  if (!review || !maySee(ctx.viewer, review)) throw notFound('Review')
  return review
}

const entity = { __resolveReference: ({ id }: { readonly id: string }) => ({ id }) }

export const resolvers: Resolvers = {
  Query: {
    reviews: (_, { gigId, userId, reviewerId, filter, sort, ...page }, ctx) => {
      if ([gigId, userId, reviewerId].filter(Boolean).length !== 1)
        throw badUserInput('Give exactly one of gigId, userId and reviewerId.')
      return listReviews(ctx, { gigId, revieweeId: userId, reviewerId, ...filter, sort }, page)
    },
    reviewReports: (_, page, ctx) => {
      requireScope(requireViewer(ctx), 'content:moderate')
      return listReports(ctx, page)
    },
  },

  Mutation: {
    submitReview: async (_, { input }, ctx) => payload('review', await submitReview(ctx, input)),
    updateReview: async (_, { input }, ctx) => payload('review', await updateReview(ctx, input)),
    replyToReview: async (_, { input }, ctx) => payload('review', await replyToReview(ctx, input)),
    reportReview: async (_, { input }, ctx) => payload('review', await reportReview(ctx, input)),
    hideReview: async (_, { input }, ctx) => payload('review', await hideReview(ctx, input)),
    restoreReview: async (_, { input }, ctx) => payload('review', await restoreReview(ctx, input)),
    hideReviewReply: async (_, { input }, ctx) => payload('review', await hideReviewReply(ctx, input)),
    restoreReviewReply: async (_, { input }, ctx) => payload('review', await restoreReviewReply(ctx, input)),
    hideToolFeedback: async (_, { input }, ctx) => payload('feedback', await hideToolFeedback(ctx, input)),
    restoreToolFeedback: async (_, { input }, ctx) => payload('feedback', await restoreToolFeedback(ctx, input)),
    dismissReviewReports: async (_, { input }, ctx) => payload('review', await dismissReviewReports(ctx, input)),
    submitToolFeedback: async (_, { input }, ctx) => payload('feedback', await submitToolFeedback(ctx, input)),
  },

  Review: {
    __resolveReference: ({ id }, ctx) => visibleReview(ctx, id),
    order: (review) => ({ id: review.orderId }),
    author: (review) => (review.reviewerId ? user(review.reviewerId) : null),
    reviewee: (review) => user(review.revieweeId),
    gig: (review) => (review.gigId ? { id: review.gigId } : null),
    aspects: (review) =>
      Object.entries(review.aspects).map(([aspect, rating = 0]) => ({ aspect: aspect as Aspect, rating })),
    privateNote: (review, _, { viewer }) => (isInsider(viewer, review) ? review.privateNote : null),
    reply: (review, _, { viewer }) => {
      const { reply: body, repliedAt, replyHiddenAt: hiddenAt, replyHiddenReason: hiddenReason } = review
      if (!body || !repliedAt || (hiddenAt && !maySeeHiddenReply(viewer, review))) return null
      return { body, repliedAt, hiddenAt, hiddenReason }
    },
    hiddenReason: (review, _, { viewer }) => (isInsider(viewer, review) ? review.hiddenReason : null),
  },

  RatingSummary: {
    count: countOf,
    average: (counts) => (countOf(counts) > 0 ? sumOf(counts) / countOf(counts) : null),
    score: scoreOf,
    distribution: ({ stars }) => stars.map((count, index) => ({ stars: index + 1, count })).reverse(),
    aspects: ({ aspects }) =>
      Object.entries(aspects).map(([aspect, { count, sum }]) => ({
        aspect: aspect as Aspect,
        count,
        average: sum / count,
      })),
  },

  User: {
    ...entity,
    ratingSummary: ({ id }, { as }, ctx) => summary(ctx, as, id),
    reviewsReceived: ({ id }, { as, ...page }, ctx) =>
      listReviews(ctx, { revieweeId: id, side: as ? (as === 'SELLER' ? 'BUYER' : 'SELLER') : undefined }, page),
    reviewsGiven: ({ id }, page, ctx) => listReviews(ctx, { reviewerId: id }, page),
  },

  Gig: {
    ...entity,
    ratingSummary: ({ id }, _, ctx) => summary(ctx, 'GIG', id),
    reviews: ({ id }, { filter, sort, ...page }, ctx) => listReviews(ctx, { gigId: id, ...filter, sort }, page),
  },

  Tool: {
    ...entity,
    ratingSummary: ({ id }, _, ctx) => summary(ctx, 'TOOL', id),
    feedback: ({ id }, page, ctx) => listFeedback(ctx, id, page),
  },

  ToolFeedback: { author: ({ userId }) => (userId ? user(userId) : null) },

  Order: {
    ...entity,
    review: async ({ id }, { by }, ctx) => {
      const review = (await load(ctx, reviewsByOrder, id))?.find((each) => each.side === by)
      return review && maySee(ctx.viewer, review) ? review : null
    },
    canReview: async ({ id }, _, ctx) => {
      const window = await load(ctx, windowsByOrder, id)
      const side = window && ctx.viewer && sideOf(window, ctx.viewer.id)
      if (!window || !side || !isOpenFor(window, side, ctx.clock.now())) return false
      return !(await load(ctx, reviewsByOrder, id))?.some((each) => each.side === side)
    },
  },

  Viewer: {
    // Asynchronous, so that a foreign id costs its own place in the answer and no other.
    __resolveReference: async ({ id }, ctx) => {
      if (ctx.viewer?.id !== id) throw notFound('Viewer')
      return { id }
    },
    pendingReviews: (_, __, ctx) => listPending(ctx, requireViewer(ctx).id),
  },

  PendingReview: {
    order: (window) => ({ id: window.orderId }),
    reviewee: (window, _, ctx) => user(revieweeOf(window, sideOf(window, requireViewer(ctx).id) ?? 'BUYER')),
  },

  ReviewReport: {
    // Only what was public can be reported: whoever reads reports may read it.
    review: async (report, _, ctx) => {
      const review = await load(ctx, reviewsById, report.reviewId)
      if (!review) throw notFound('Review')
      return review
    },
    reporter: (report) => user(report.reporterId),
  },
}
