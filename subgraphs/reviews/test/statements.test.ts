import { connectionFields, person, staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reviewsService } from '../src/index.ts'
import { seedReviews } from '../src/seed.ts'
import { reports, toolFeedback, windows } from '../src/tables.ts'
import { type Reviews, startReviews } from './reviewing.ts'

const MANY = 55
const [buyer, seller] = [person('CLIENT'), person('FREELANCER')]
const moderator = staff('content:moderate')
const [gigId, toolId] = [makeId(), makeId()]
const many = <T>(make: (index: number) => T) => Array.from({ length: MANY }, (_, index) => make(index))
const ids = {
  Order: many(makeId),
  Review: many(makeId),
  Gig: many(() => makeId()),
  User: many(() => makeId()),
  Tool: many(() => makeId()),
}
let services: Reviews

/** Two people who have reviewed each other 55 times, with 55 reports, 55 opinions of a tool and 55 windows open. */
beforeAll(async () => {
  services = await startReviews()
  const { clock, db } = services.reviews.context
  const at = (index: number) => new Date(clock.now().getTime() - index * 1_000)
  const order = (index: number) => ({
    ...{ title: 'A logo', buyerId: buyer.id, sellerId: seller.id, gigId },
    ...{ completedAt: at(index), closesAt: at(-86_400) },
  })
  const review = { rating: 4, aspects: { COMMUNICATION: 4 }, comment: 'Well done, all of it.', reply: 'Thank you!' }
  await seedReviews(services.reviews.context, [
    ...many((index) => ({
      ...order(index),
      orderId: ids.Order[index] ?? '',
      publishedAt: at(index),
      reviews: [
        { ...review, id: ids.Review[index] ?? '', side: 'BUYER' as const },
        { ...review, id: makeId(), side: 'SELLER' as const },
      ],
    })),
    ...many((index) => ({ ...order(index), orderId: makeId(), publishedAt: null, reviews: [] })),
  ])
  await db.insert(reports).values(
    ids.Review.map((reviewId, index) => ({
      ...{ id: makeId(), reviewId, reporterId: seller.id, reason: 'This is not true.', createdAt: at(index) },
    })),
  )
  await db.insert(toolFeedback).values(
    many((index) => ({
      ...{ id: makeId(), toolId, userId: makeId(), rating: 3, comment: '', createdAt: at(index), updatedAt: at(index) },
    })),
  )
  expect(await db.$count(windows)).toBe(2 * MANY)
})
afterAll(() => services.close())

const rating = 'ratingSummary { count average distribution { count } }'
const review = `id author { id } reviewee { id } gig { id ${rating} } aspects { rating } privateNote reply { body } hiddenReason
  order { id canReview review(by: SELLER) { id } }`
const page = (list: string, fields: string) => `query ($n: Int!) { found: ${list} { nodes { ${fields} } } }`
const of = (type: string, list: string, fields: string) =>
  `query ($n: Int!, $of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { found: ${list} { nodes { ${fields} } } } } }`
const plain = 'id author { id } reply { body } order { id canReview review(by: SELLER) { id } }'

const lists: readonly (readonly [string, string, object | null])[] = [
  ['Query.reviews', page(`reviews(gigId: "${gigId}", first: $n)`, plain), null],
  [
    'Query.reviews by stars',
    page(`reviews(userId: "${seller.id}", filter: { ratings: [4] }, sort: LOWEST, first: $n)`, plain),
    null,
  ],
  ['Query.reviewReports', page('reviewReports(first: $n)', `id reporter { id ${rating} } review { ${plain} }`), null],
  ['User.reviewsReceived', of('User', 'reviewsReceived(first: $n)', plain), { __typename: 'User', id: seller.id }],
  ['User.reviewsGiven', of('User', 'reviewsGiven(first: $n)', plain), { __typename: 'User', id: buyer.id }],
  ['Gig.reviews', of('Gig', 'reviews(first: $n)', plain), { __typename: 'Gig', id: gigId }],
  [
    'Tool.feedback',
    of('Tool', 'feedback(first: $n)', `id author { id ${rating} }`),
    { __typename: 'Tool', id: toolId },
  ],
]

test.each(lists)('statements of %s are the same for 5 and for 50 results', async (_, document, key) => {
  const statements = (n: number) =>
    services.reviews.countStatements(async () => {
      const data = await services.reviews.as(moderator).query(document, { n, ...(key && { of: [key] }) })
      expect((data.found ?? data._entities[0].found).nodes).toHaveLength(n)
    })
  expect(await statements(5)).toBeGreaterThan(0)
  expect(await statements(50)).toBe(await statements(5))
})

test('every list of the schema is among them', () => {
  const all = connectionFields(reviewsService)
  expect(all.filter((name) => !lists.some(([covered]) => covered.split(' ')[0] === name))).toEqual([])
})

test.each([
  ['Order', 'canReview buyers: review(by: BUYER) { id } sellers: review(by: SELLER) { id }'],
  ['Review', review],
  ['Gig', rating],
  ['User', `${rating} bought: ratingSummary(as: BUYER) { score }`],
  ['Tool', rating],
] as const)('statements of references to %s are the same for 5 and for 50', async (type, fields) => {
  const document = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${fields} } } }`
  const statements = (n: number) =>
    services.reviews.countStatements(async () => {
      const of = ids[type].slice(0, n).map((id) => ({ __typename: type, id }))
      const { _entities } = await services.reviews.as(buyer).query(document, { of })
      expect(_entities.filter((found: unknown) => found !== null)).toHaveLength(n)
    })
  expect(await statements(5)).toBeGreaterThan(0)
  expect(await statements(50)).toBe(await statements(5))
})

test('what waits for a review is read in as many statements for 55 as for none', async () => {
  const document =
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Viewer { pendingReviews { title order { id canReview } reviewee { id } } } } }'
  const statements = (viewer: typeof buyer, count: number) =>
    services.reviews.countStatements(async () => {
      const { _entities } = await services.reviews
        .as(viewer)
        .query(document, { of: [{ __typename: 'Viewer', id: viewer.id }] })
      expect(_entities[0].pendingReviews).toHaveLength(count)
    })
  const none = await statements(person('CLIENT'), 0)
  expect(none).toBe(1)
  // Two more whether each order may be reviewed: the windows, and what was written.
  expect(await statements(buyer, MANY)).toBe(none + 2)
})
