import { userDeleted } from '@gigraph/identity/events'
import { routes } from '@gigraph/shared/events'
import { person, staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishDueReviews } from '../src/jobs/publish-due-reviews.ts'
import {
  act,
  comment,
  done,
  finishedOrder,
  type Reviews,
  refusal,
  reviewedOrder,
  see,
  startReviews,
  submit,
} from './reviewing.ts'

let services: Reviews
beforeAll(async () => {
  services = await startReviews()
})
afterAll(() => services.close())

const SUMMARY = 'ratingSummary { count average }'
const gigSeen = ({ gigId }: { gigId: string }, fields = `${SUMMARY} reviews { nodes { id author { id } } }`) =>
  see(services, null, ['Gig', gigId], fields)
const pending = async (viewer: Parameters<typeof see>[1]) =>
  (
    await see(
      services,
      viewer,
      ['Viewer', viewer?.id ?? ''],
      'pendingReviews { order { id } title closesAt reviewee { id } }',
    )
  ).pendingReviews

describe('the window', () => {
  test('of a completed order is open to both sides for 14 days, to the millisecond', async () => {
    const { orderId, buyer, seller, title } = await finishedOrder(services)
    const closesAt = new Date(services.reviews.clock.now().getTime() + 14 * 86_400_000).toISOString()
    expect(await pending(buyer)).toEqual([{ order: { id: orderId }, title, closesAt, reviewee: { id: seller.id } }])
    expect(await pending(seller)).toEqual([{ order: { id: orderId }, title, closesAt, reviewee: { id: buyer.id } }])
    const input = { orderId, rating: 5, comment }
    services.reviews.clock.advance('1209599s')
    await submit(services, buyer, orderId)
    expect(await pending(buyer)).toEqual([])
    services.reviews.clock.advance('1s')
    expect(await refusal(services, seller, 'submitReview', input)).toBe('EXPIRED')
    expect(await pending(seller)).toEqual([])
  })

  test('publishes at its end what one side wrote, once, also when two sweeps meet', async () => {
    const order = await finishedOrder(services)
    const { id } = await submit(services, order.buyer, order.orderId)
    const empty = await finishedOrder(services)
    services.reviews.clock.advance('13d')
    await services.reviews.runJob(publishDueReviews, {})
    expect((await gigSeen(order)).reviews.nodes).toEqual([])
    services.reviews.clock.advance('1d')
    await Promise.all([1, 2, 3].map(() => services.reviews.runJob(publishDueReviews, {})))
    expect(await gigSeen(order)).toEqual({
      ratingSummary: { count: 1, average: 5 },
      reviews: { nodes: [{ id, author: { id: order.buyer.id } }] },
    })
    const told = await services.reviews.outbox('review.published')
    expect(told.filter(({ reviewId }) => reviewId === id)).toHaveLength(1)
    expect((await gigSeen(empty)).ratingSummary.count).toBe(0)
  })

  test('of a resolved dispute is the buyer’s alone, and publishes at once', async () => {
    const { orderId, buyer, seller } = await finishedOrder(services, 'resolved')
    expect(await pending(seller)).toEqual([])
    expect((await see(services, seller, ['Order', orderId], 'canReview')).canReview).toBe(false)
    expect(await refusal(services, seller, 'submitReview', { orderId, rating: 5, comment })).toBe('NOT_ALLOWED')
    expect((await submit(services, buyer, orderId)).publishedAt).not.toBeNull()
    expect(await refusal(services, seller, 'submitReview', { orderId, rating: 5, comment })).toBe('NOT_ALLOWED')
  })

  test('is none for orders that were cancelled or did not finish, and for strangers', async () => {
    expect(
      Object.keys(routes).filter((name) => name.startsWith('order.') && routes[name]?.includes('reviews')),
    ).toEqual(['order.completed', 'order.resolved'])
    const input = { orderId: makeId(), rating: 5, comment }
    expect(await refusal(services, person('CLIENT'), 'submitReview', input)).toBe('NOT_FOUND')
    const { orderId } = await finishedOrder(services)
    expect(await refusal(services, person('CLIENT'), 'submitReview', { ...input, orderId })).toBe('NOT_FOUND')
    expect(await refusal(services, staff('content:moderate'), 'submitReview', { ...input, orderId })).toBe('NOT_FOUND')
    expect(await refusal(services, null, 'submitReview', { ...input, orderId })).toBe('UNAUTHENTICATED')
  })
})

describe('submitting', () => {
  test('fifty times at once is one review', async () => {
    const { orderId, buyer } = await finishedOrder(services)
    const input = { orderId, rating: 5, comment }
    const codes = await Promise.all(Array.from({ length: 50 }, () => refusal(services, buyer, 'submitReview', input)))
    expect(codes.filter((code) => code === '')).toHaveLength(1)
    expect(codes.filter((code) => code === 'ALREADY_EXISTS')).toHaveLength(49)
    expect((await services.reviews.outbox('review.submitted')).filter((told) => told.orderId === orderId)).toHaveLength(
      1,
    )
  })

  test('both sides at once are published once', async () => {
    const order = await finishedOrder(services)
    await Promise.all([submit(services, order.buyer, order.orderId), submit(services, order.seller, order.orderId)])
    expect((await gigSeen(order)).ratingSummary.count).toBe(1)
  })

  test.each([
    ['no stars', { rating: 0 }, ['rating']],
    ['six stars', { rating: 6 }, ['rating']],
    ['nine characters', { comment: ' nine char ' }, ['comment']],
    ['5,001 characters', { comment: 'x'.repeat(5_001) }, ['comment']],
    ['a note of 2,001 characters', { privateNote: 'x'.repeat(2_001) }, ['privateNote']],
    ['an aspect without stars', { aspects: [{ aspect: 'QUALITY', rating: 0 }] }, ['aspects', '0', 'rating']],
    ['an aspect of the other side', { aspects: [{ aspect: 'CLARITY', rating: 3 }] }, ['aspects']],
    ['what is no order', { orderId: 'nonsense' }, ['orderId']],
  ])('%s is refused in words', async (_, wrong, field) => {
    const { orderId, buyer } = await finishedOrder(services)
    const { review, userErrors } = await act(services, buyer, 'submitReview', { orderId, rating: 5, comment, ...wrong })
    expect(review).toBeNull()
    expect(userErrors).toMatchObject([{ code: 'VALIDATION', field: ['input', ...field] }])
  })

  test('each side rates its four aspects; of one that is given twice, the last counts', async () => {
    const { orderId, buyer, seller } = await finishedOrder(services)
    const rated = (...aspects: string[]) => aspects.map((aspect, index) => ({ aspect, rating: index + 1 }))
    const ofSeller = rated('COMMUNICATION', 'QUALITY', 'VALUE', 'WORK_AGAIN')
    const ofBuyer = rated('COMMUNICATION', 'CLARITY', 'PROMPTNESS', 'WORK_AGAIN')
    const first = await submit(services, buyer, orderId, { aspects: [{ aspect: 'QUALITY', rating: 5 }, ...ofSeller] })
    expect(first.aspects).toHaveLength(4)
    expect(first.aspects).toEqual(expect.arrayContaining(ofSeller))
    for (const aspect of ['QUALITY', 'VALUE'])
      expect(
        await refusal(services, seller, 'submitReview', { orderId, rating: 5, comment, aspects: rated(aspect) }),
      ).toBe('VALIDATION')
    expect((await submit(services, seller, orderId, { aspects: ofBuyer })).aspects).toEqual(
      expect.arrayContaining(ofBuyer),
    )
  })
})

describe('changing', () => {
  test('one’s own review is possible until it is published; what is absent stays', async () => {
    const { orderId, buyer, seller } = await finishedOrder(services)
    const aspects = [{ aspect: 'QUALITY', rating: 2 }]
    const { id: reviewId } = await submit(services, buyer, orderId, { privateNote: 'late' })
    expect(await done(services, buyer, 'updateReview', { reviewId, rating: 2 })).toMatchObject({
      ...{ rating: 2, comment, privateNote: 'late', aspects: [] },
    })
    const words = 'Other words, as long as needed.'
    expect(
      await done(services, buyer, 'updateReview', { reviewId, aspects, comment: words, privateNote: '' }),
    ).toMatchObject({
      ...{ rating: 2, comment: words, privateNote: null, aspects },
    })
    const foreign = [{ aspect: 'PROMPTNESS', rating: 2 }]
    expect(await refusal(services, buyer, 'updateReview', { reviewId, aspects: foreign })).toBe('VALIDATION')
    expect(await refusal(services, buyer, 'updateReview', { reviewId, comment: 'short' })).toBe('VALIDATION')
    await submit(services, seller, orderId)
    expect(await act(services, buyer, 'updateReview', { reviewId, rating: 5 })).toMatchObject({
      userErrors: [{ code: 'INVALID_STATE', allowed: [] }],
    })
    expect((await see(services, null, ['Review', reviewId], 'rating')).rating).toBe(2)
  })

  test('at the moment of publication leaves rating and count in step', async () => {
    const orders = await Promise.all(Array.from({ length: 10 }, () => finishedOrder(services)))
    await Promise.all(
      orders.map(async (order) => {
        const { id: reviewId } = await submit(services, order.buyer, order.orderId)
        await Promise.all([
          submit(services, order.seller, order.orderId),
          refusal(services, order.buyer, 'updateReview', { reviewId, rating: 1 }),
        ])
        const { rating } = await see(services, null, ['Review', reviewId], 'rating')
        expect((await gigSeen(order)).ratingSummary).toEqual({ count: 1, average: rating })
      }),
    )
  })
})

describe('answering', () => {
  test('is for the reviewed, once, also when they press often', async () => {
    const { seller, buyer, byBuyer } = await reviewedOrder(services)
    const input = { reviewId: byBuyer, body: ' Thank you! ' }
    expect(await refusal(services, buyer, 'replyToReview', input)).toBe('FORBIDDEN')
    expect(await refusal(services, person('FREELANCER'), 'replyToReview', input)).toBe('FORBIDDEN')
    expect(await refusal(services, seller, 'replyToReview', { ...input, body: ' ' })).toBe('VALIDATION')
    expect(await refusal(services, seller, 'replyToReview', { ...input, body: 'x'.repeat(2_001) })).toBe('VALIDATION')
    const codes = await Promise.all(Array.from({ length: 10 }, () => refusal(services, seller, 'replyToReview', input)))
    expect(codes.toSorted()).toEqual(['', ...Array.from({ length: 9 }, () => 'ALREADY_EXISTS')])
    expect((await see(services, null, ['Review', byBuyer], 'reply { body }')).reply).toEqual({ body: 'Thank you!' })
  })

  test('ends 30 days after publication', async () => {
    const [last, late] = [await reviewedOrder(services), await reviewedOrder(services)]
    services.reviews.clock.advance('30d')
    await done(services, last.seller, 'replyToReview', { reviewId: last.byBuyer, body: 'Thank you!' })
    services.reviews.clock.advance('1s')
    const input = { reviewId: late.byBuyer, body: 'Thank you!' }
    expect(await refusal(services, late.seller, 'replyToReview', input)).toBe('EXPIRED')
  })
})

test('a note to the platform is for its author and the staff', async () => {
  const { byBuyer, buyer, seller } = await reviewedOrder(services)
  const note = async (viewer: Parameters<typeof see>[1]) =>
    (await see(services, viewer, ['Review', byBuyer], 'privateNote')).privateNote
  expect(await note(buyer)).toBe('between us')
  expect(await note(staff('content:moderate'))).toBe('between us')
  for (const viewer of [
    seller,
    { ...seller, scopes: ['content:moderate'] },
    person('CLIENT'),
    staff('users:read'),
    null,
  ])
    expect(await note(viewer)).toBeNull()
})

describe('of a deleted account', () => {
  test('reviews stay as a former member’s; answers, notes and reports go', async () => {
    const order = await reviewedOrder(services)
    const { byBuyer, bySeller, buyer, seller } = order
    await done(services, buyer, 'replyToReview', { reviewId: bySeller, body: 'I live at 5 Elm Street.' })
    await done(services, buyer, 'reportReview', { reviewId: bySeller, reason: 'This is not true at all.' })
    await services.reviews.consume(userDeleted, { userId: buyer.id })
    expect((await gigSeen(order)).reviews.nodes).toEqual([{ id: byBuyer, author: null }])
    expect((await see(services, null, ['Review', bySeller], 'reply { body }')).reply).toBeNull()
    const moderator = staff('content:moderate')
    expect(await see(services, moderator, ['Review', byBuyer], 'privateNote rating')).toEqual({
      privateNote: null,
      rating: 4,
    })
    const { reviewReports } = await services.reviews
      .as(moderator)
      .query('{ reviewReports(first: 100) { nodes { review { id } } } }')
    expect(reviewReports.nodes).not.toContainEqual({ review: { id: bySeller } })
    expect((await gigSeen(order)).ratingSummary).toEqual({ count: 1, average: 4 })
    expect(await see(services, seller, ['User', buyer.id], 'reviewsGiven { nodes { id } }')).toEqual({
      reviewsGiven: { nodes: [] },
    })
  })

  test('nothing more is written, although their token still holds', async () => {
    const [open, { bySeller, buyer }] = [await finishedOrder(services), await reviewedOrder(services)]
    for (const { id: userId } of [open.buyer, buyer]) await services.reviews.consume(userDeleted, { userId })
    for (const [viewer, name, input] of [
      [open.buyer, 'submitReview', { orderId: open.orderId, rating: 1, comment }],
      [buyer, 'replyToReview', { reviewId: bySeller, body: 'I am back.' }],
      [buyer, 'reportReview', { reviewId: bySeller, reason: 'This is not true at all.' }],
    ] as const)
      expect(await refusal(services, viewer, name, input)).toBe('NOT_FOUND')
  })

  test('an unpublished review waits, unseen, and is published like any other', async () => {
    const order = await finishedOrder(services)
    const { id } = await submit(services, order.buyer, order.orderId)
    await services.reviews.consume(userDeleted, { userId: order.buyer.id })
    for (const viewer of [null, order.seller])
      expect((await see(services, viewer, ['Order', order.orderId], 'review(by: BUYER) { id }')).review).toBeNull()
    await submit(services, order.seller, order.orderId)
    expect((await gigSeen(order)).reviews.nodes).toEqual([{ id, author: null }])
  })
})
