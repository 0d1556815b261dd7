import type { Viewer } from '@gigraph/shared/auth'
import { routes } from '@gigraph/shared/events'
import { person, staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishDueReviews } from '../src/jobs/publish-due-reviews.ts'
import { remindReviewers } from '../src/jobs/remind-reviewers.ts'
import { personalData } from '../src/personal-data.ts'
import { finishedOrder, type Reviews, refusal, see, startReviews, submit } from './reviewing.ts'

let services: Reviews
beforeAll(async () => {
  services = await startReviews()
})
afterAll(() => services.close())

type Order = Awaited<ReturnType<typeof finishedOrder>>

/** A text in which the ids of an order stand for any. */
const named = (text: string, order: Order) =>
  [order.orderId, order.gigId, order.buyerId, order.sellerId].reduce(
    (rest, one, index) => rest.replaceAll(one, `<${index}>`),
    text,
  )

const LIST = 'nodes { id } edges { cursor } pageInfo { hasNextPage endCursor }'
const SUMMARY = 'count average score distribution { stars count } aspects { count }'

/** Ids and cursors aside, everything that a viewer can ask about an order, its people and its gig: fields, counts and errors. */
const everythingSeen = async (viewer: Viewer | null, { orderId, gigId, buyerId, sellerId }: Order, guess: string) => {
  const { reviews } = services
  const ofUser = `ratingSummary { ${SUMMARY} } bought: ratingSummary(as: BUYER) { ${SUMMARY} }
    reviewsReceived { ${LIST} } reviewsGiven { ${LIST} }`
  const lists = `query ($gig: ID!, $buyer: ID!, $seller: ID!) {
    gig: reviews(gigId: $gig) { ${LIST} } buyer: reviews(userId: $buyer) { ${LIST} } seller: reviews(userId: $seller) { ${LIST} }
    byBuyer: reviews(reviewerId: $buyer) { ${LIST} } bySeller: reviews(reviewerId: $seller) { ${LIST} } }`
  const review = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Review { id rating } } }'
  const mutations = [
    ['updateReview', { reviewId: guess, rating: 1 }],
    ['replyToReview', { reviewId: guess, body: 'Thank you.' }],
    ['reportReview', { reviewId: guess, reason: 'This is not true at all.' }],
    ['hideReview', { reviewId: guess, reason: 'I say so.' }],
  ] as const
  return {
    order: await see(
      services,
      viewer,
      ['Order', orderId],
      'canReview review(by: BUYER) { id } other: review(by: SELLER) { id }',
    ),
    gig: await see(services, viewer, ['Gig', gigId], `ratingSummary { ${SUMMARY} } reviews { ${LIST} }`),
    buyer: await see(services, viewer, ['User', buyerId], ofUser),
    seller: await see(services, viewer, ['User', sellerId], ofUser),
    lists: await reviews.as(viewer).query(lists, { gig: gigId, buyer: buyerId, seller: sellerId }),
    guessed: (await reviews.as(viewer).run(review, { of: [{ __typename: 'Review', id: guess }] })).errors?.map(
      ({ message, extensions }) => ({ message, code: extensions?.code }),
    ),
    pending:
      viewer &&
      (await see(
        services,
        viewer,
        ['Viewer', viewer.id],
        'pendingReviews { title closesAt order { id } reviewee { id } }',
      )),
    refused: await Promise.all(mutations.map(([name, input]) => refusal(services, viewer, name, input))),
  }
}

/** What the export of their data holds for somebody. */
const exported = async ({ id: userId }: Viewer) => {
  const pages = personalData.map(({ page }) => page(services.reviews.context, { userId, after: null }))
  return (await Promise.all(pages)).map(({ records }) => records)
}

/** What others are told beyond the service, of this order: what mails and notifications are made of. */
const told = async ({ orderId }: Order) => {
  const of = async (name: string) =>
    (await services.reviews.outbox(name)).filter((payload) => payload.orderId === orderId)
  return { published: await of('review.published'), reminded: await of('review.reminder_due') }
}

describe.each(['BUYER', 'SELLER'] as const)('before both have written, when the %s has', (first) => {
  test('nobody else can tell by anything', async () => {
    const [quiet, secret] = [await finishedOrder(services), await finishedOrder(services)]
    const author = first === 'BUYER' ? secret.buyer : secret.seller
    const { id } = await submit(services, author, secret.orderId, { privateNote: 'between us' })
    const others = [
      (order: Order) => (first === 'BUYER' ? order.seller : order.buyer),
      () => person('CLIENT', 'FREELANCER'),
      () => null,
    ]
    for (const other of others) {
      // The same questions about an order of which nobody has written, with an id that is nobody's: the answers differ in ids only,
      // and take as many statements, so that their time says nothing either.
      let [seen, asIfNothing] = ['', '']
      const { countStatements } = services.reviews
      const asked = await countStatements(async () => {
        seen = JSON.stringify(await everythingSeen(other(secret), secret, id))
      })
      const askedOfNothing = await countStatements(async () => {
        asIfNothing = JSON.stringify(await everythingSeen(other(quiet), quiet, makeId()))
      })
      expect(named(seen, secret)).toBe(named(asIfNothing, quiet))
      expect(asked).toBe(askedOfNothing)
    }
    expect((await told(secret)).published).toEqual([])
    // Nor by the export of their data; and no service hears that somebody has written.
    const [one, another] = [
      first === 'BUYER' ? secret.seller : secret.buyer,
      first === 'BUYER' ? quiet.seller : quiet.buyer,
    ]
    const kept = (text: string, order: Order) => named(text, order).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<at>')
    expect(kept(JSON.stringify(await exported(one)), secret)).toBe(kept(JSON.stringify(await exported(another)), quiet))
    expect(JSON.stringify(await exported(one))).toContain(secret.orderId)
    expect(Object.keys(routes)).not.toContain('review.submitted')
  })

  test('the other side is reminded on the same days, whoever has written', async () => {
    const [quiet, secret] = [await finishedOrder(services), await finishedOrder(services)]
    const other = first === 'BUYER' ? 'sellerId' : 'buyerId'
    await submit(services, first === 'BUYER' ? secret.buyer : secret.seller, secret.orderId)
    for (const [days, times] of [
      ['2d', 0],
      ['1d', 1],
      ['8d', 1],
      ['1d', 2],
    ] as const) {
      services.reviews.clock.advance(days)
      await services.reviews.runJob(remindReviewers, {})
      for (const order of [quiet, secret]) {
        const reminded = (await told(order)).reminded.filter(({ userId }) => userId === order[other])
        expect(reminded).toHaveLength(times)
      }
    }
  })
})

test('the author sees the own review, staff see what they must; staff who are party to it do not', async () => {
  const order = await finishedOrder(services)
  const { id } = await submit(services, order.buyer, order.orderId)
  const reviewBy = async (viewer: Viewer) =>
    (await see(services, viewer, ['Order', order.orderId], 'review(by: BUYER) { id }')).review
  expect(await reviewBy(order.buyer)).toEqual({ id })
  expect(await reviewBy(staff('content:moderate'))).toEqual({ id })
  expect(await reviewBy({ ...order.seller, scopes: ['content:moderate'] })).toBeNull()
  expect(
    await refusal(services, { ...order.seller, scopes: ['content:moderate'] }, 'hideReview', {
      reviewId: id,
      reason: 'I say so.',
    }),
  ).toBe('NOT_FOUND')
})

test('both are published at the same instant, however close together they come', async () => {
  const orders = await Promise.all(Array.from({ length: 10 }, () => finishedOrder(services)))
  await Promise.all(
    orders.flatMap(({ orderId, buyer, seller }) => [
      submit(services, buyer, orderId),
      submit(services, seller, orderId),
    ]),
  )
  for (const order of orders) {
    const { mine, theirs } = await see(
      services,
      null,
      ['Order', order.orderId],
      'mine: review(by: BUYER) { publishedAt } theirs: review(by: SELLER) { publishedAt }',
    )
    expect(mine.publishedAt).not.toBeNull()
    expect(mine).toEqual(theirs)
    expect((await told(order)).published).toHaveLength(2)
  }
})

/** A small generator (Park and Miller 1988): the same walks in every run. */
const dice = (seed: number) => {
  let state = seed
  return (sides: number) => {
    state = (state * 48_271) % 2_147_483_647
    return state % sides
  }
}

test.each(Array.from({ length: 12 }, (_, seed) => seed + 1))(
  'walk %i: in whatever order things happen, the rule holds',
  async (seed) => {
    const roll = dice(seed * 7_919)
    const resolved = roll(4) === 0
    const order = await finishedOrder(services, resolved ? 'resolved' : 'completed')
    const sides = { BUYER: order.buyer, SELLER: order.seller }
    const opened = services.reviews.clock.now().getTime()
    /** What should be so: who has written what, and whether it is published. */
    const model: { BUYER: number | null; SELLER: number | null; published: boolean } = {
      BUYER: null,
      SELLER: null,
      published: false,
    }
    const ids: Partial<Record<'BUYER' | 'SELLER', string>> = {}

    const submitAs = async (side: 'BUYER' | 'SELLER') => {
      const rating = 1 + roll(5)
      const input = { orderId: order.orderId, rating, comment: 'Words enough to say.' }
      const over = services.reviews.clock.now().getTime() - opened >= 14 * 86_400_000 || model.published
      const expected =
        model[side] !== null ? 'ALREADY_EXISTS' : resolved && side === 'SELLER' ? 'NOT_ALLOWED' : over ? 'EXPIRED' : ''
      if (expected) return expect(await refusal(services, sides[side], 'submitReview', input)).toBe(expected)
      ids[side] = (await submit(services, sides[side], order.orderId, { rating })).id
      model[side] = rating
      if (resolved || (model.BUYER !== null && model.SELLER !== null)) model.published = true
    }
    const updateAs = async (side: 'BUYER' | 'SELLER', by: 'BUYER' | 'SELLER') => {
      const [reviewId, rating] = [ids[side], 1 + roll(5)]
      if (!reviewId) return
      const expected =
        by !== side ? (model.published ? 'FORBIDDEN' : 'NOT_FOUND') : model.published ? 'INVALID_STATE' : ''
      expect(await refusal(services, sides[by], 'updateReview', { reviewId, rating })).toBe(expected)
      if (!expected) model[side] = rating
    }
    const wait = async () => {
      services.reviews.clock.advance(`${1 + roll(6)}d`)
      await services.reviews.runJob(publishDueReviews, {})
      if (services.reviews.clock.now().getTime() - opened >= 14 * 86_400_000) model.published = true
    }
    const holds = async () => {
      const FIELDS = 'buyers: review(by: BUYER) { rating } sellers: review(by: SELLER) { rating } canReview'
      for (const side of ['BUYER', 'SELLER'] as const) {
        const seen = await see(services, sides[side], ['Order', order.orderId], FIELDS)
        const shown = (of: 'BUYER' | 'SELLER') =>
          model[of] !== null && (model.published || of === side) ? { rating: model[of] } : null
        expect([seen.buyers, seen.sellers]).toEqual([shown('BUYER'), shown('SELLER')])
        expect(seen.canReview).toBe(model[side] === null && !model.published && !(resolved && side === 'SELLER'))
      }
      const { ratingSummary } = await see(services, null, ['User', order.sellerId], 'ratingSummary { count average }')
      expect(ratingSummary).toEqual(
        model.published && model.BUYER !== null ? { count: 1, average: model.BUYER } : { count: 0, average: null },
      )
    }

    for (let step = 0; step < 10; step += 1) {
      const [side, other] = roll(2) === 0 ? (['BUYER', 'SELLER'] as const) : (['SELLER', 'BUYER'] as const)
      await [() => submitAs(side), () => updateAs(side, side), () => updateAs(side, other), wait][roll(4)]?.()
      await holds()
    }
    const events = (await told(order)).published
    expect(
      events.map(({ rating, of }) => ({ rating, of })).sort((one, another) => one.of.localeCompare(another.of)),
    ).toEqual(
      !model.published
        ? []
        : [
            ...(model.SELLER === null ? [] : [{ rating: model.SELLER, of: 'BUYER' }]),
            ...(model.BUYER === null ? [] : [{ rating: model.BUYER, of: 'SELLER' }]),
          ],
    )
  },
)
