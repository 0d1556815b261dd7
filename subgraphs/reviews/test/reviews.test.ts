import { userDeleted } from '@gigraph/identity/events'
import { orderCompleted, orderResolved } from '@gigraph/orders/events'
import type { Viewer } from '@gigraph/shared/auth'
import { usd } from '@gigraph/shared/money'
import { person, staff, startTestServices } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reviewsService } from '../src/index.ts'
import { checkSummaries } from '../src/jobs/check-summaries.ts'
import { publishDueReviews } from '../src/jobs/publish-due-reviews.ts'
import { remindReviewers } from '../src/jobs/remind-reviewers.ts'
import { summaries } from '../src/tables.ts'

const start = () => startTestServices({ reviews: reviewsService })
let services: Awaited<ReturnType<typeof start>>
beforeAll(async () => {
  services = await start()
})
afterAll(() => services.close())

const Submit = /* GraphQL */ `
  mutation ($input: SubmitReviewInput!) {
    submitReview(input: $input) { review { id rating publishedAt aspects { aspect rating } } userErrors { code message field } }
  }`
const Update = /* GraphQL */ `
  mutation ($input: UpdateReviewInput!) { updateReview(input: $input) { review { rating comment privateNote } userErrors { code } } }`
const Reply = /* GraphQL */ `
  mutation ($input: ReplyToReviewInput!) { replyToReview(input: $input) { review { reply { body } } userErrors { code } } }`
const Report = /* GraphQL */ `mutation ($input: ReportReviewInput!) { reportReview(input: $input) { userErrors { code } } }`
const Hide = /* GraphQL */ `mutation ($input: HideReviewInput!) { hideReview(input: $input) { review { id } userErrors { code } } }`
const Restore = /* GraphQL */ `mutation ($input: RestoreReviewInput!) { restoreReview(input: $input) { userErrors { code } } }`
const Summary = /* GraphQL */ `
  query ($gig: [_Any!]!) {
    _entities(representations: $gig) { ... on Gig { ratingSummary { count average score distribution { stars count } aspects { aspect average } } reviews { nodes { id comment author { id } } } } }
  }`
const OrderView = /* GraphQL */ `
  query ($order: [_Any!]!) {
    _entities(representations: $order) { ... on Order { canReview mine: review(by: BUYER) { id privateNote } theirs: review(by: SELLER) { id } } }
  }`

const finishOrder = async (event: typeof orderCompleted | typeof orderResolved = orderCompleted) => {
  const buyer = person('CLIENT')
  const seller = person('FREELANCER')
  const order = {
    orderId: makeId(),
    buyerId: buyer.id,
    sellerId: seller.id,
    title: 'A logo',
    gigId: makeId(),
    total: usd(5_000),
  }
  if (event === orderCompleted)
    await services.reviews.consume(orderCompleted, { ...order, onTime: true, firstWithBuyer: true })
  else await services.reviews.consume(orderResolved, { ...order, toSeller: usd(2_500), toBuyer: usd(2_500) })
  return { ...order, buyer, seller }
}
const review = (orderId: string, more: object = {}) => ({
  input: { orderId, rating: 5, aspects: [], comment: 'Excellent work, on time.', ...more },
})
const submit = async (viewer: Viewer, orderId: string, more?: object) =>
  (await services.reviews.as(viewer).query(Submit, review(orderId, more))).submitReview
const bothReview = async () => {
  const order = await finishOrder()
  const { review: byBuyer } = await submit(order.buyer, order.orderId, {
    rating: 4,
    aspects: [{ aspect: 'QUALITY', rating: 5 }],
    privateNote: 'between us',
  })
  const { review: bySeller } = await submit(order.seller, order.orderId, {
    aspects: [{ aspect: 'CLARITY', rating: 3 }],
  })
  return { ...order, byBuyer, bySeller }
}
const gigSummary = async (gigId: string, viewer: Viewer | null = null) =>
  (await services.reviews.as(viewer).query(Summary, { gig: [{ __typename: 'Gig', id: gigId }] }))._entities[0]
const orderView = async (orderId: string, viewer: Viewer | null) =>
  (await services.reviews.as(viewer).query(OrderView, { order: [{ __typename: 'Order', id: orderId }] }))._entities[0]

describe('double blind', () => {
  test('nobody sees the first review, nor that it exists, before the second is in', async () => {
    const order = await finishOrder()
    const { review: first } = await submit(order.buyer, order.orderId)
    expect(first.publishedAt).toBeNull()
    expect(await orderView(order.orderId, order.buyer)).toMatchObject({ mine: { id: first.id }, canReview: false })
    expect(await orderView(order.orderId, order.seller)).toEqual({ mine: null, theirs: null, canReview: true })
    expect((await gigSummary(order.gigId, order.seller)).reviews.nodes).toEqual([])
    const { review: second } = await submit(order.seller, order.orderId)
    expect(second.publishedAt).not.toBeNull()
    expect((await gigSummary(order.gigId)).reviews.nodes).toMatchObject([
      { id: first.id, author: { id: order.buyer.id } },
    ])
    expect(await services.reviews.outbox('review.published')).toContainEqual(
      expect.objectContaining({ reviewId: first.id, of: 'SELLER', rating: 5, gigRating: { count: 1, sum: 5 } }),
    )
  })

  test('the end of the 14 days publishes what one side wrote, once', async () => {
    const order = await finishOrder()
    await submit(order.buyer, order.orderId)
    services.reviews.clock.advance('13d')
    await services.reviews.runJob(publishDueReviews, {})
    expect((await gigSummary(order.gigId)).ratingSummary.count).toBe(0)
    services.reviews.clock.advance('2d')
    await Promise.all([services.reviews.runJob(publishDueReviews, {}), services.reviews.runJob(publishDueReviews, {})])
    expect((await gigSummary(order.gigId)).ratingSummary.count).toBe(1)
    expect((await submit(order.seller, order.orderId)).userErrors).toMatchObject([{ code: 'EXPIRED' }])
  })

  test('twenty submissions at once are one review', async () => {
    const order = await finishOrder()
    const answers = await Promise.all(Array.from({ length: 20 }, () => submit(order.buyer, order.orderId)))
    expect(answers.filter((answer) => answer.review)).toHaveLength(1)
    expect(answers.filter((answer) => answer.userErrors[0]?.code === 'ALREADY_EXISTS')).toHaveLength(19)
  })
})

describe('submitting', () => {
  test('strangers do not find the order, nobody is asked to log in', async () => {
    const order = await finishOrder()
    const stranger = await services.reviews.as(person('CLIENT')).run(Submit, review(order.orderId))
    expect(stranger.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
    const nobody = await services.reviews.anonymous.run(Submit, review(order.orderId))
    expect(nobody.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  })

  test('stars, words and aspects have bounds', async () => {
    const order = await finishOrder()
    expect((await submit(order.buyer, order.orderId, { rating: 6, comment: 'short' })).userErrors).toMatchObject([
      { code: 'VALIDATION', field: ['input', 'rating'] },
      { code: 'VALIDATION', field: ['input', 'comment'] },
    ])
    expect(
      (await submit(order.buyer, order.orderId, { aspects: [{ aspect: 'CLARITY', rating: 3 }] })).userErrors,
    ).toMatchObject([{ code: 'VALIDATION', field: ['input', 'aspects'] }])
  })

  test('after a dispute only the buyer reviews, and is published at once', async () => {
    const order = await finishOrder(orderResolved)
    expect((await submit(order.seller, order.orderId)).userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }])
    expect((await submit(order.buyer, order.orderId)).review.publishedAt).not.toBeNull()
  })

  test('the same event again opens no second window', async () => {
    const order = await finishOrder()
    const { buyer, seller, ...facts } = order
    await services.reviews.consume(orderCompleted, { ...facts, onTime: true, firstWithBuyer: true })
    const reminders = (await services.reviews.outbox('remind-reviewers')).filter((job) => job.orderId === order.orderId)
    expect(reminders).toHaveLength(2)
  })
})

test('one changes one’s own review until it is published, never another’s', async () => {
  const order = await finishOrder()
  const { review: mine } = await submit(order.buyer, order.orderId)
  const change = { input: { reviewId: mine.id, rating: 2, privateNote: 'late' } }
  expect((await services.reviews.as(order.buyer).query(Update, change)).updateReview.review).toMatchObject({
    rating: 2,
    privateNote: 'late',
  })
  const other = await services.reviews.as(order.seller).run(Update, change)
  expect(other.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
  await submit(order.seller, order.orderId)
  expect((await services.reviews.as(order.buyer).query(Update, change)).updateReview.userErrors).toMatchObject([
    { code: 'INVALID_STATE' },
  ])
})

test('the reviewed answers once, within 30 days; others may not', async () => {
  const { seller, buyer, byBuyer } = await bothReview()
  const answer = { input: { reviewId: byBuyer.id, body: 'Thank you!' } }
  expect((await services.reviews.as(buyer).run(Reply, answer)).errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN' } },
  ])
  expect((await services.reviews.as(seller).query(Reply, answer)).replyToReview.review.reply).toEqual({
    body: 'Thank you!',
  })
  expect((await services.reviews.as(seller).query(Reply, answer)).replyToReview.userErrors).toMatchObject([
    { code: 'ALREADY_EXISTS' },
  ])
  const late = await bothReview()
  services.reviews.clock.advance('31d')
  const expired = await services.reviews
    .as(late.seller)
    .query(Reply, { input: { reviewId: late.byBuyer.id, body: 'Late' } })
  expect(expired.replyToReview.userErrors).toMatchObject([{ code: 'EXPIRED' }])
})

test('a private note is for its author and the staff', async () => {
  const { orderId, buyer, seller } = await bothReview()
  expect((await orderView(orderId, buyer)).mine.privateNote).toBe('between us')
  expect((await orderView(orderId, staff('content:moderate'))).mine.privateNote).toBe('between us')
  expect((await orderView(orderId, seller)).mine.privateNote).toBeNull()
  expect((await orderView(orderId, null)).mine.privateNote).toBeNull()
})

test('hiding takes a review out of sight and count, restoring puts it back; only staff, only once', async () => {
  const { gigId, byBuyer, seller } = await bothReview()
  const moderator = services.reviews.as(staff('content:moderate'))
  const hide = { input: { reviewId: byBuyer.id, reason: 'insults' } }
  expect((await services.reviews.as(seller).run(Hide, hide)).errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN' } },
  ])
  expect((await moderator.query(Hide, hide)).hideReview.userErrors).toEqual([])
  expect(await gigSummary(gigId)).toMatchObject({
    ratingSummary: { count: 0, average: null, score: 4 },
    reviews: { nodes: [] },
  })
  expect((await moderator.query(Hide, hide)).hideReview.userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
  expect((await moderator.query(Restore, { input: { reviewId: byBuyer.id } })).restoreReview.userErrors).toEqual([])
  expect(await gigSummary(gigId)).toMatchObject({
    ratingSummary: { count: 1, average: 4, aspects: [{ aspect: 'QUALITY', average: 5 }] },
  })
  // Others count it again too.
  expect(await services.reviews.outbox('review.restored')).toContainEqual(
    expect.objectContaining({
      reviewId: byBuyer.id,
      revieweeId: seller.id,
      gigId,
      of: 'SELLER',
      rating: 4,
      gigRating: { count: 1, sum: 4 },
    }),
  )
})

test('what becomes of a review is told although its author is gone', async () => {
  const { byBuyer, buyer } = await bothReview()
  await services.reviews.consume(userDeleted, { userId: buyer.id })
  const moderator = services.reviews.as(staff('content:moderate'))
  await moderator.query(Hide, { input: { reviewId: byBuyer.id, reason: 'insults' } })
  await moderator.query(Restore, { input: { reviewId: byBuyer.id } })
  for (const name of ['review.hidden', 'review.restored'])
    expect(await services.reviews.outbox(name)).toContainEqual(
      expect.objectContaining({ reviewId: byBuyer.id, reviewerId: null }),
    )
})

test('reports reach the staff once per person', async () => {
  const { byBuyer, seller, buyer } = await bothReview()
  const report = { input: { reviewId: byBuyer.id, reason: 'This is not true at all.' } }
  expect((await services.reviews.as(buyer).run(Report, report)).errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN' } },
  ])
  expect((await services.reviews.as(seller).query(Report, report)).reportReview.userErrors).toEqual([])
  expect((await services.reviews.as(seller).query(Report, report)).reportReview.userErrors).toMatchObject([
    { code: 'ALREADY_EXISTS' },
  ])
  const List = '{ reviewReports(first: 100) { nodes { review { id } reporter { id } reason } } }'
  expect((await services.reviews.as(seller).run(List)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  const { reviewReports } = await services.reviews.as(staff('content:moderate')).query(List)
  expect(reviewReports.nodes).toContainEqual({
    review: { id: byBuyer.id },
    reporter: { id: seller.id },
    reason: report.input.reason,
  })
})

test('those who have not written are reminded, and nobody else', async () => {
  const order = await finishOrder()
  await submit(order.buyer, order.orderId)
  await services.reviews.runJob(remindReviewers, { orderId: order.orderId })
  const reminded = (await services.reviews.outbox('review.reminder_due')).filter(
    (event) => event.orderId === order.orderId,
  )
  expect(reminded.map((event) => event.userId)).toEqual([order.seller.id])
})

test('a deleted author becomes a former member; the review stays', async () => {
  const { gigId, byBuyer, buyer } = await bothReview()
  await services.reviews.consume(userDeleted, { userId: buyer.id })
  expect((await gigSummary(gigId)).reviews.nodes).toMatchObject([{ id: byBuyer.id, author: null }])
})

test('a summary that drifted is mended by the daily count', async () => {
  const { gigId } = await bothReview()
  const { db } = services.reviews.context
  await db.update(summaries).set({ stars: [9, 9, 9, 9, 9] })
  await services.reviews.runJob(checkSummaries, {})
  expect((await gigSummary(gigId)).ratingSummary).toMatchObject({ count: 1, average: 4 })
})

test('lists need as many statements for 20 reviews as for 2', async () => {
  const buyers = await Promise.all(Array.from({ length: 6 }, () => bothReview()))
  const entities = (count: number) => buyers.slice(0, count).map(({ gigId }) => ({ __typename: 'Gig', id: gigId }))
  const Ratings =
    'query ($gigs: [_Any!]!) { _entities(representations: $gigs) { ... on Gig { ratingSummary { average } } } }'
  const count = (gigs: number) =>
    services.reviews.countStatements(() => services.reviews.anonymous.query(Ratings, { gigs: entities(gigs) }))
  expect(await count(2)).toBe(1)
  expect(await count(6)).toBe(1)
})
