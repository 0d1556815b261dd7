import { userDeleted } from '@gigraph/identity/events'
import { orderCompleted } from '@gigraph/orders/events'
import { person, staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkSummaries } from '../src/jobs/check-summaries.ts'
import { recomputeSummaries } from '../src/summary/recompute-summaries.ts'
import { summaries } from '../src/tables.ts'
import {
  done,
  orderOf,
  type Reviews,
  refusal,
  reviewedOrder,
  see,
  startReviews,
  submit,
  toolUser,
} from './reviewing.ts'

let services: Reviews
beforeAll(async () => {
  services = await startReviews()
})
afterAll(() => services.close())

const SUMMARY = 'count average score distribution { stars count } aspects { aspect count average }'

/** A gig with one review per rating, each by another buyer; the seller has answered every second. */
const ratedGig = async (ratings: readonly number[]) => {
  const seller = person('FREELANCER')
  const gigId = makeId()
  const reviews: { id: string; rating: number; buyerId: string; replied: boolean }[] = []
  for (const [index, rating] of ratings.entries()) {
    const buyer = person('CLIENT')
    const order = { ...orderOf(buyer, seller), gigId }
    await services.reviews.consume(orderCompleted, { ...order, onTime: true, firstWithBuyer: true })
    const aspects = index % 2 === 0 ? [{ aspect: 'QUALITY', rating }] : []
    const { id } = await submit(services, buyer, order.orderId, { rating, aspects })
    await submit(services, seller, order.orderId)
    const replied = index % 2 === 0
    if (replied) await done(services, seller, 'replyToReview', { reviewId: id, body: 'Thank you!' })
    reviews.push({ id, rating, buyerId: buyer.id, replied })
    services.reviews.clock.advance('1m')
  }
  return { gigId, seller, reviews }
}

describe('a summary', () => {
  test('holds count, mean, Bayesian score, distribution and means of aspects', async () => {
    const { gigId, seller } = await ratedGig([5, 4, 1, 5])
    const expected = {
      count: 4,
      average: 15 / 4,
      score: (15 + 20) / 9,
      distribution: [
        { stars: 5, count: 2 },
        { stars: 4, count: 1 },
        { stars: 3, count: 0 },
        { stars: 2, count: 0 },
        { stars: 1, count: 1 },
      ],
      aspects: [{ aspect: 'QUALITY', count: 2, average: 3 }],
    }
    expect((await see(services, null, ['Gig', gigId], `ratingSummary { ${SUMMARY} }`)).ratingSummary).toEqual(expected)
    const ofSeller = `ratingSummary { ${SUMMARY} } bought: ratingSummary(as: BUYER) { count average }`
    expect(await see(services, null, ['User', seller.id], ofSeller)).toEqual({
      ratingSummary: expected,
      bought: { count: 0, average: null },
    })
  })

  test('of few perfect reviews scores below that of many good ones', async () => {
    const [few, many] = [await ratedGig([5]), await ratedGig([5, 5, 5, 4, 5, 5, 5, 4])]
    const score = async (gigId: string) =>
      (await see(services, null, ['Gig', gigId], 'ratingSummary { average score }')).ratingSummary
    const [ofFew, ofMany] = [await score(few.gigId), await score(many.gigId)]
    expect(ofFew.average).toBeGreaterThan(ofMany.average)
    expect(ofFew.score).toBeLessThan(ofMany.score)
  })

  test('of buyers counts what sellers gave', async () => {
    const { buyer } = await reviewedOrder(services)
    const fields = `ratingSummary(as: BUYER) { count average aspects { aspect average } } as: ratingSummary { count }`
    expect(await see(services, null, ['User', buyer.id], fields)).toEqual({
      ratingSummary: { count: 1, average: 5, aspects: [{ aspect: 'CLARITY', average: 3 }] },
      as: { count: 0 },
    })
  })

  test('loses none of fifty reviews at once', async () => {
    const seller = person('FREELANCER')
    const gigId = makeId()
    const orders = Array.from({ length: 50 }, () => {
      const buyer = person('CLIENT')
      return { buyer, ...orderOf(buyer, seller), gigId }
    })
    for (const { buyer, ...order } of orders) {
      await services.reviews.consume(orderCompleted, { ...order, onTime: true, firstWithBuyer: true })
      await submit(services, buyer, order.orderId)
    }
    await Promise.all(orders.map(({ orderId }) => submit(services, seller, orderId)))
    expect((await see(services, null, ['Gig', gigId], 'ratingSummary { count average }')).ratingSummary).toEqual({
      count: 50,
      average: 5,
    })
    const numbers = (await services.reviews.outbox('review.published'))
      .filter((told) => told.gigId === gigId)
      .map(({ gigRating }) => gigRating.count)
    expect(numbers.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
  })
})

describe('the daily count', () => {
  const everything = () =>
    services.reviews.context.db.select().from(summaries).orderBy(summaries.kind, summaries.subjectId)

  test('agrees with what was kept along the way, whatever happened', async () => {
    const { byBuyer, bySeller, buyer } = await reviewedOrder(services)
    const moderator = staff('content:moderate')
    await done(services, moderator, 'hideReview', { reviewId: byBuyer, reason: 'A mistake.' })
    await done(services, moderator, 'hideReview', { reviewId: bySeller, reason: 'A mistake.' })
    await done(services, moderator, 'restoreReview', { reviewId: byBuyer, reason: 'A mistake.' })
    const toolId = makeId()
    const rate = async (rating: number) => {
      const user = await toolUser(services, toolId)
      await services.reviews
        .as(user)
        .query(
          'mutation ($input: SubmitToolFeedbackInput!) { submitToolFeedback(input: $input) { userErrors { code } } }',
          { input: { toolId, rating } },
        )
      return user
    }
    await rate(2)
    await services.reviews.consume(userDeleted, { userId: (await rate(4)).id })
    await services.reviews.consume(userDeleted, { userId: buyer.id })
    const kept = await everything()
    expect(kept.length).toBeGreaterThan(8)
    expect(await recomputeSummaries(services.reviews.context)).toBe(0)
    expect(await everything()).toEqual(kept)
  })

  test('mends what drifted or is missing, and nothing else', async () => {
    const { gigId, seller } = await reviewedOrder(services)
    const { db } = services.reviews.context
    const right = await everything()
    await db
      .update(summaries)
      .set({ stars: [9, 9, 9, 9, 9] })
      .where(eq(summaries.subjectId, gigId))
    await db.delete(summaries).where(eq(summaries.subjectId, seller.id))
    await db.insert(summaries).values({ kind: 'GIG', subjectId: makeId(), stars: [1, 0, 0, 0, 0], aspects: {} })
    await db
      .update(summaries)
      .set({ aspects: sql`'{"VALUE": {"count": 1, "sum": 5}}'` })
      .where(eq(summaries.kind, 'BUYER'))
    const buyers = right.filter(({ kind }) => kind === 'BUYER').length
    expect(await recomputeSummaries(services.reviews.context)).toBe(3 + buyers)
    const mended = await everything()
    expect(mended).toEqual(expect.arrayContaining(right))
    expect(mended).toHaveLength(right.length + 1)
    await services.reviews.runJob(checkSummaries, {})
    expect(await everything()).toEqual(mended)
  })

  test('running while reviews come in changes no number', async () => {
    const { gigId, seller } = await ratedGig([3])
    const more = Array.from({ length: 10 }, () => {
      const buyer = person('CLIENT')
      return { buyer, ...orderOf(buyer, seller), gigId }
    })
    for (const { buyer, ...order } of more) {
      await services.reviews.consume(orderCompleted, { ...order, onTime: true, firstWithBuyer: true })
      await submit(services, buyer, order.orderId)
    }
    await services.reviews.context.db
      .update(summaries)
      .set({ stars: [7, 0, 0, 0, 0] })
      .where(eq(summaries.subjectId, gigId))
    await Promise.all([
      ...more.map(({ orderId }) => submit(services, seller, orderId)),
      ...[1, 2, 3].map(() => services.reviews.runJob(checkSummaries, {})),
    ])
    await services.reviews.runJob(checkSummaries, {})
    expect((await see(services, null, ['Gig', gigId], 'ratingSummary { count average }')).ratingSummary).toEqual({
      count: 11,
      average: 53 / 11,
    })
  })
})

describe('lists', () => {
  const list = async (args: string, variables: object = {}) =>
    (
      await services.reviews.anonymous.query(
        `query ($id: ID!) { reviews(${args}) { nodes { id rating } pageInfo { hasNextPage endCursor } } }`,
        { ...variables },
      )
    ).reviews

  test('are filtered by stars and answer, and sorted', async () => {
    const { gigId, seller, reviews } = await ratedGig([3, 5, 1, 5, 4])
    const ids = async (args: string) =>
      (await list(`gigId: $id ${args}`, { id: gigId })).nodes.map(({ id }: { id: string }) => id)
    const newest = reviews.toReversed()
    const idsOf = (found: typeof reviews) => found.map(({ id }) => id)
    expect(await ids('')).toEqual(idsOf(newest))
    expect(await ids('sort: HIGHEST')).toEqual(idsOf(newest.toSorted((one, other) => other.rating - one.rating)))
    expect(await ids('sort: LOWEST')).toEqual(idsOf(newest.toSorted((one, other) => one.rating - other.rating)))
    expect(await ids('filter: { ratings: [1, 5] }')).toEqual(
      idsOf(newest.filter(({ rating }) => [1, 5].includes(rating))),
    )
    expect(await ids('filter: { ratings: [] }')).toEqual(idsOf(newest))
    expect(await ids('filter: { ratings: [9] }')).toEqual([])
    expect(await ids('filter: { withReply: true }')).toEqual(idsOf(newest.filter(({ replied }) => replied)))
    expect(await ids('filter: { withReply: false, ratings: [5] }')).toEqual(
      idsOf(newest.filter(({ replied, rating }) => !replied && rating === 5)),
    )
    const ofPeople = await see(
      services,
      null,
      ['User', seller.id],
      'sold: reviewsReceived(as: SELLER) { nodes { id } } bought: reviewsReceived(as: BUYER) { nodes { id } } reviewsGiven { nodes { rating } }',
    )
    expect(ofPeople.sold.nodes.map(({ id }: { id: string }) => id)).toEqual(idsOf(newest))
    expect(ofPeople.bought.nodes).toEqual([])
    expect(ofPeople.reviewsGiven.nodes).toHaveLength(5)
    const ofBuyer = (await list('reviewerId: $id', { id: reviews[0]?.buyerId })).nodes
    expect(ofBuyer).toEqual([{ id: reviews[0]?.id, rating: 3 }])
    expect((await list('userId: $id', { id: seller.id })).nodes).toHaveLength(5)
  })

  test.each(['NEWEST', 'HIGHEST', 'LOWEST'])('in order %s neither skip nor repeat from page to page', async (sort) => {
    const { gigId } = await ratedGig([5, 5, 4, 5, 4, 1, 1])
    const all = (await list(`gigId: $id sort: ${sort}`, { id: gigId })).nodes
    const found: unknown[] = []
    let after = ''
    for (let hasNext = true; hasNext; ) {
      const page = await list(`gigId: $id sort: ${sort} first: 2 ${after}`, { id: gigId })
      found.push(...page.nodes)
      hasNext = page.pageInfo.hasNextPage
      after = `after: "${page.pageInfo.endCursor}"`
    }
    expect(found).toEqual(all)
    expect(found).toHaveLength(7)
  })

  test.each(['', 'gigId: $id userId: $id', 'gigId: ""'])('of “%s” are refused: exactly one subject', async (args) => {
    const document = `query ($id: ID!) { reviews(${args || 'first: 3'}) { nodes { id } } unused: reviews(gigId: $id) { nodes { id } } }`
    expect((await services.reviews.anonymous.run(document, { id: makeId() })).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' } },
    ])
  })

  test('of a deleted review’s author say nothing of who it was', async () => {
    const { gigId, reviews } = await ratedGig([2])
    await services.reviews.consume(userDeleted, { userId: reviews[0]?.buyerId ?? '' })
    expect((await list('gigId: $id', { id: gigId })).nodes).toHaveLength(1)
    expect((await list('reviewerId: $id', { id: reviews[0]?.buyerId })).nodes).toEqual([])
    expect(await refusal(services, null, 'reportReview', { reviewId: reviews[0]?.id, reason: 'long enough' })).toBe(
      'UNAUTHENTICATED',
    )
  })
})
