import { toolUsed } from '@gigraph/payments/events'
import { describeUnusualInputs, staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll } from 'vitest'
import { reviewsService } from '../src/index.ts'
import { comment, finishedOrder, type Reviews, reviewedOrder, startReviews, submit } from './reviewing.ts'

let services: Reviews
beforeAll(async () => {
  services = await startReviews()
})
afterAll(() => services.close())

/** A seller with a window that is open, a review that is not published, one that is, and a tool used. */
const scene = async () => {
  const whole = await reviewedOrder(services)
  const fresh = await finishedOrder(services)
  const half = await finishedOrder(services)
  const toolId = makeId()
  const use = { usageId: makeId(), toolId, userId: whole.seller.id, creatorId: makeId(), points: 1 }
  await services.reviews.consume(toolUsed, use)
  const { id: unpublished } = await submit(services, half.buyer, half.orderId)
  return {
    ...{ viewer: whole.seller, staff: staff('content:moderate'), toolId, unpublished },
    ...{ fresh: fresh.orderId, order: whole.orderId, gig: whole.gigId, published: whole.byBuyer },
  }
}

type Scene = Awaited<ReturnType<typeof scene>>

const aspects = [{ aspect: 'QUALITY', rating: 3 }]
const decision = ({ published }: Scene) => ({
  input: { reviewId: published, reason: 'long enough a reason' },
})

describeUnusualInputs({
  definition: reviewsService,
  service: () => services.reviews,
  scene,
  byStaff: [
    'Query.reviewReports',
    'Mutation.hideReview',
    'Mutation.restoreReview',
    'Mutation.hideReviewReply',
    'Mutation.restoreReviewReply',
    'Mutation.hideToolFeedback',
    'Mutation.restoreToolFeedback',
    'Mutation.dismissReviewReports',
  ],
  entities: {
    Gig: ({ gig }) => ({ id: gig }),
    Order: ({ order }) => ({ id: order }),
    Tool: ({ toolId }) => ({ id: toolId }),
  },
  with: {
    'Query.reviews': ({ gig }) => ({ gigId: gig, filter: { ratings: [5], withReply: false } }),
    'Gig.reviews': () => ({ filter: { ratings: [5], withReply: false } }),
    'Mutation.submitReview': ({ fresh }) => ({ input: { orderId: fresh, rating: 5, comment, aspects } }),
    'Mutation.updateReview': ({ unpublished }) => ({ input: { reviewId: unpublished, aspects, comment, rating: 4 } }),
    'Mutation.replyToReview': ({ published }) => ({ input: { reviewId: published, body: 'Thank you!' } }),
    'Mutation.reportReview': decision,
    'Mutation.hideReview': decision,
    'Mutation.restoreReview': decision,
    'Mutation.dismissReviewReports': decision,
    'Mutation.submitToolFeedback': ({ toolId }) => ({ input: { toolId, rating: 3, comment } }),
  },
})
