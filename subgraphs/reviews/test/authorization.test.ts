import { orderCompleted } from '@gigraph/orders/events'
import { toolUsed } from '@gigraph/payments/events'
import type { Viewer } from '@gigraph/shared/auth'
import { usd } from '@gigraph/shared/money'
import {
  castOf,
  describeAuthorization,
  everybody,
  except,
  only,
  parties,
  person,
  type Rule,
  scope,
  signedIn,
  startTestServices,
} from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll } from 'vitest'
import { reviewsService } from '../src/index.ts'
import { toolUser } from './reviewing.ts'

const start = () => startTestServices({ reviews: reviewsService })
let services: Awaited<ReturnType<typeof start>>
beforeAll(async () => {
  services = await start()
})
afterAll(() => services.close())

const Submit =
  'mutation ($input: SubmitReviewInput!) { submitReview(input: $input) { review { id } userErrors { code } } }'

const finishOrder = async (buyer: Viewer, seller: Viewer) => {
  const order = {
    orderId: makeId(),
    buyerId: buyer.id,
    sellerId: seller.id,
    title: 'A logo',
    gigId: makeId(),
    total: usd(5_000),
  }
  await services.reviews.consume(orderCompleted, { ...order, onTime: true, firstWithBuyer: true })
  return order
}
const submit = async (viewer: Viewer, orderId: string): Promise<string> => {
  const input = { orderId, rating: 5, aspects: [], comment: 'Excellent work, on time.' }
  return (await services.reviews.as(viewer).query(Submit, { input })).submitReview.review.id
}

/** Three orders of the same two: one that nobody has reviewed, one that the owner has, one that both have. */
const scene = async () => {
  const [owner, counterpart] = [person('CLIENT'), person('FREELANCER')]
  const fresh = await finishOrder(owner, counterpart)
  const half = await finishOrder(owner, counterpart)
  const unpublished = await submit(owner, half.orderId)
  const whole = await finishOrder(owner, counterpart)
  const published = await submit(owner, whole.orderId)
  await submit(counterpart, whole.orderId)
  return {
    cast: castOf({ owner, counterpart }),
    fresh,
    half,
    whole,
    unpublished,
    published,
    toolId: makeId(),
    feedbackId: await feedback(),
  }
}
/** What somebody who is nobody here says of a tool. */
const feedback = async (): Promise<string> => {
  const toolId = makeId()
  const Rate = 'mutation ($id: ID!) { submitToolFeedback(input: { toolId: $id, rating: 3 }) { feedback { id } } }'
  const { submitToolFeedback } = await services.reviews.as(await toolUser(services, toolId)).query(Rate, { id: toolId })
  return submitToolFeedback.feedback.id
}
type Scene = Awaited<ReturnType<typeof scene>>

const ofPublished = ({ published }: Scene) => ({ input: { reviewId: published } })
/** Before both have written, a review is nothing to anybody but its author; staff who moderate see what they must. */
const unpublishedOnly: Rule = {
  decide: ({ kind }) => (['owner', 'apiKey', 'support', 'admin'].includes(kind) ? 'allowed' : 'NOT_FOUND'),
}

describeAuthorization({
  definition: reviewsService,
  service: () => services.reviews,
  scene,
  entities: {
    Review: ({ published }) => ({ id: published }),
    User: ({ cast }) => ({ id: cast.counterpart.id }),
    Gig: ({ whole }) => ({ id: whole.gigId }),
    Order: ({ whole }) => ({ id: whole.orderId }),
    Tool: ({ toolId }) => ({ id: toolId }),
  },
  rows: {
    'Query.reviewReports': scope('content:moderate'),
    'Query.reviews': { rule: everybody, with: ({ whole }) => ({ gigId: whole.gigId }) },
    '_entities.Review': { rule: unpublishedOnly, of: ({ unpublished }) => ({ id: unpublished }) },
    'Review.order Review.author Review.reviewee Review.gig Review.aspects': everybody,
    'Review.reply': {
      rule: everybody,
      of: async ({ published, cast }) => {
        await services.reviews
          .as(cast.counterpart)
          .run('mutation ($input: ReplyToReviewInput!) { replyToReview(input: $input) { userErrors { code } } }', {
            input: { reviewId: published, body: 'Thank you for the kind words.' },
          })
        return { id: published }
      },
    },
    [`_entities.User User.ratingSummary User.reviewsReceived User.reviewsGiven _entities.Gig Gig.ratingSummary Gig.reviews
      _entities.Tool Tool.ratingSummary Tool.feedback _entities.Order`]: everybody,
    // The owner has written first: the other side must not even learn that there is something.
    'Order.review': {
      rule: { decide: ({ kind }) => (['owner', 'apiKey', 'support', 'admin'].includes(kind) ? 'allowed' : 'null') },
      of: ({ half }) => ({ id: half.orderId }),
      with: () => ({ by: 'BUYER' }),
    },
    '_entities.Viewer Viewer.pendingReviews': only(['owner', 'apiKey'], 'NOT_FOUND', 'NOT_FOUND'),

    'Mutation.submitReview': {
      rule: except(parties, { apiKey: 'FORBIDDEN' }),
      with: ({ fresh }) => ({ input: { orderId: fresh.orderId } }),
      fresh: true,
    },
    'Mutation.updateReview': {
      rule: except(only(['owner']), { apiKey: 'FORBIDDEN', support: 'FORBIDDEN', admin: 'FORBIDDEN' }),
      with: ({ unpublished }) => ({ input: { reviewId: unpublished } }),
    },
    'Mutation.replyToReview': { rule: only(['counterpart'], 'FORBIDDEN'), with: ofPublished, fresh: true },
    // One does not report oneself.
    'Mutation.reportReview': { rule: except(signedIn, { owner: 'FORBIDDEN', apiKey: 'FORBIDDEN' }), with: ofPublished },
    [`Mutation.hideReview Mutation.restoreReview Mutation.hideReviewReply Mutation.restoreReviewReply
      Mutation.dismissReviewReports`]: {
      rule: scope('content:moderate'),
      with: ofPublished,
    },
    'Mutation.hideToolFeedback Mutation.restoreToolFeedback': {
      rule: scope('content:moderate'),
      with: ({ feedbackId }) => ({ input: { feedbackId } }),
    },
    'Mutation.submitToolFeedback': {
      rule: only(['owner', 'apiKey'], 'NOT_ALLOWED'),
      with: async ({ toolId, cast }) => {
        await services.reviews.consume(toolUsed, {
          usageId: makeId(),
          toolId,
          userId: cast.owner.id,
          creatorId: cast.toolCreator.id,
          points: 1,
        })
        return { input: { toolId } }
      },
    },
  },
})
