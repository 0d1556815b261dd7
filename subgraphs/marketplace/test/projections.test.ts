import {
  userDeleted,
  userEmailVerified,
  userReinstated,
  userRoleChanged,
  userSuspended,
} from '@gigraph/identity/events'
import { orderCompleted } from '@gigraph/orders/events'
import { freelancerLevelChanged, profileUpdated } from '@gigraph/profiles/events'
import { reviewHidden, reviewPublished, reviewRestored } from '@gigraph/reviews/events'
import type { Viewer } from '@gigraph/shared/auth'
import { rows } from '@gigraph/shared/database'
import { staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rebuildProjections } from '../src/projections/rebuild.ts'
import { type Market, publishedGig, seller, startMarket } from './market.ts'

let market: Market
beforeAll(async () => {
  market = await startMarket()
})
afterAll(() => market.close())

const context = () => market.marketplace.context
const start = Date.UTC(2026, 9, 1)

/** Something that happens: delivering it, now or again. */
type Happening = () => Promise<void>

/** What search shows of a seller's gigs, and what is known of the seller. */
const stateOf = async (viewer: Viewer) => {
  const listed = await rows<Record<string, unknown>>(
    context().db,
    sql`select listings.*, document from listings join listing_texts using (gig_id) where seller_id = ${viewer.id}::uuid order by gig_id`,
  )
  const numbers = await rows<Record<string, unknown>>(
    context().db,
    sql`select id, status, sales, rating_count, rating_sum from gigs where seller_id = ${viewer.id}::uuid order by id`,
  )
  const [known] = await rows<Record<string, unknown>>(
    context().db,
    sql`select email_verified_at, suspended_at, level, languages, country, available_now from sellers where user_id = ${viewer.id}::uuid`,
  )
  return { listed, numbers, known }
}

/** The same history for anybody: two gigs, orders and reviews of them, changes of profile, level, roles and standing; some at once. */
const historyOf = (viewer: Viewer, gigIds: readonly string[]): Happening[] => {
  const { consume } = market.marketplace
  const at = (second: number, id = makeId()) => ({ id, occurredAt: new Date(start + second * 1_000) })
  const order = (index: number) => ({
    orderId: makeId(),
    buyerId: makeId(),
    sellerId: viewer.id,
    title: 't',
    gigId: gigIds[index % 2] ?? null,
    total: { amountMinor: 1, currency: 'USD' },
    onTime: true,
    firstWithBuyer: true,
  })
  const review = (rating: number) => ({
    reviewId: makeId(),
    orderId: makeId(),
    gigId: gigIds[0] ?? null,
    reviewerId: makeId(),
    revieweeId: viewer.id,
    rating,
    of: 'SELLER' as const,
    gigRating: { count: 1, sum: rating },
  })
  const profile = { userId: viewer.id, headline: 'x', country: 'DE', availableNow: true }
  const [first, second, third] = [order(0), order(1), order(2)]
  const [good, bad, hidden, restored] = [review(5), review(2), review(1), review(4)]
  const events: readonly ((options: { id: string; occurredAt: Date }) => Promise<void>)[] = [
    (o) => consume(orderCompleted, first, o),
    (o) => consume(orderCompleted, second, o),
    (o) => consume(orderCompleted, third, o),
    (o) => consume(orderCompleted, { ...order(0), gigId: null }, o),
    (o) => consume(reviewPublished, good, o),
    (o) => consume(reviewPublished, bad, o),
    (o) => consume(reviewPublished, hidden, o),
    (o) => consume(reviewHidden, hidden, o),
    (o) => consume(profileUpdated, { ...profile, languages: ['de'] }, o),
    (o) => consume(profileUpdated, { ...profile, languages: ['en', 'fr'], availableNow: false }, o),
    (o) => consume(freelancerLevelChanged, { userId: viewer.id, from: 'NEW', to: 'RISING' }, o),
    (o) => consume(userSuspended, { userId: viewer.id, reason: 'x', until: null }, o),
    (o) => consume(freelancerLevelChanged, { userId: viewer.id, from: 'RISING', to: 'ESTABLISHED' }, o),
    (o) => consume(userReinstated, { userId: viewer.id }, o),
    (o) => consume(userRoleChanged, { userId: viewer.id, roles: ['FREELANCER', 'CLIENT'] }, o),
    (o) => consume(userEmailVerified, { userId: viewer.id, roles: ['FREELANCER'] }, o),
    (o) => consume(reviewPublished, restored, o),
    (o) => consume(reviewHidden, restored, o),
    (o) => consume(reviewRestored, restored, o),
  ]
  // Two of each second: ties must be decided alike.
  return events.map((deliver, index) => {
    const options = at(Math.floor(index / 2))
    return () => deliver(options)
  })
}

const somebody = async () => {
  const viewer = await seller(market)
  const gigIds = [await publishedGig(market, viewer), await publishedGig(market, viewer)]
  return { viewer, gigIds, history: historyOf(viewer, gigIds) }
}

test('events that come twice and in any order end the same, and rebuilding changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...Array(19).keys()], { minLength: 19 }),
      fc.infiniteStream(fc.boolean()),
      async (order, again) => {
        const { viewer, history } = await somebody()
        for (const deliver of history) await deliver()
        const inOrder = await stateOf(viewer)
        expect(inOrder.listed).toHaveLength(2)
        // The same facts told anew, under other ids, in another order and some of them twice.
        await forget(viewer)
        for (const index of order) {
          await history[index]?.()
          if (again.next().value) await history[index]?.()
        }
        expect(await stateOf(viewer)).toEqual(inOrder)
        await rebuildProjections(context())
        expect(await stateOf(viewer)).toEqual(inOrder)
      },
    ),
    { numRuns: 8 },
  )
})

/** Takes away what events told of somebody, and that they were told. */
const forget = async (viewer: Viewer) => {
  const { db } = context()
  await db.execute(
    sql`delete from gig_feedback where gig_id in (select id from gigs where seller_id = ${viewer.id}::uuid)`,
  )
  await db.execute(
    sql`update gigs set sales = 0, rating_count = 0, rating_sum = 0 where seller_id = ${viewer.id}::uuid`,
  )
  await db.execute(sql`delete from sellers where user_id = ${viewer.id}::uuid`)
  await db.execute(sql`delete from inbox`)
}

test('numbers are sums of what was imported and what happened since; hidden reviews count for nothing', async () => {
  const { viewer, gigIds, history } = await somebody()
  await context().db.execute(
    sql`update gigs set imported_sales = 10, imported_rating_count = 2, imported_rating_sum = 9 where id = ${gigIds[0]}::uuid`,
  )
  for (const deliver of history) await deliver()
  const { numbers } = await stateOf(viewer)
  expect(numbers.find(({ id }) => id === gigIds[0])).toMatchObject({ sales: 12, rating_count: 5, rating_sum: 20 })
  expect(numbers.find(({ id }) => id === gigIds[1])).toMatchObject({ sales: 1, rating_count: 0, rating_sum: 0 })
})

test('rebuilding mends what was spoilt: numbers, listings that lack or should not be there, words', async () => {
  const { viewer, history } = await somebody()
  for (const deliver of history) await deliver()
  const before = await stateOf(viewer)
  const { db } = context()
  await db.execute(sql`update gigs set sales = 999, rating_sum = 1 where seller_id = ${viewer.id}::uuid`)
  await db.execute(
    sql`delete from listings where gig_id = (select min(gig_id::text)::uuid from listings where seller_id = ${viewer.id}::uuid)`,
  )
  await db.execute(sql`update listings set quality = 1, bucket = 0 where seller_id = ${viewer.id}::uuid`)
  await db.execute(sql`delete from search_words where word = 'logo'`)
  await db.execute(sql`insert into search_words values ('unheard', 5)`)
  expect(await stateOf(viewer)).not.toEqual(before)
  await rebuildProjections(context())
  expect(await stateOf(viewer)).toEqual(before)
  const words = await rows<{ word: string }>(db, sql`select word from search_words where word in ('logo', 'unheard')`)
  expect(words).toEqual([{ word: 'logo' }])
})

test('search knows the words of what is on the market: changed ones are not counted twice, those that nothing has are forgotten', async () => {
  const words = () =>
    rows<{ word: string; uses: number }>(
      context().db,
      sql`select word, uses from search_words where word ~ '^(xylo|vibra|marim|celest)' order by word`,
    )
  const run = async (viewer: Viewer, name: string, input: object) => {
    const Type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
    const document = `mutation ($input: ${Type}!) { ${name}(input: $input) { userErrors { code } } }`
    expect((await market.marketplace.as(viewer).query(document, { input }))[name].userErrors).toEqual([])
  }
  const [ann, bob] = [await seller(market), await seller(market)]
  const gigId = await publishedGig(market, ann, { title: 'I will tune your xylophone' })
  for (const description of ['a', 'b', 'c'])
    await run(ann, 'updateGig', { gigId, description: description.repeat(200) })
  expect(await words()).toEqual([{ word: 'xylophone', uses: 1 }])
  await run(ann, 'updateGig', { gigId, title: 'I will tune your vibraphone' })
  expect(await words()).toEqual([{ word: 'vibraphone', uses: 1 }])
  const [second, third] = [
    await publishedGig(market, bob, { title: 'I play marimba and vibraphone' }),
    await publishedGig(market, bob, { title: 'I play the celesta for you' }),
  ]
  expect(await words()).toEqual([
    { word: 'celesta', uses: 1 },
    { word: 'marimba', uses: 1 },
    { word: 'vibraphone', uses: 2 },
  ])
  const known = await words()
  await rebuildProjections(context())
  expect(await words()).toEqual(known)
  const moderator = staff('content:moderate')
  await run(moderator, 'suspendListing', { listingId: second, reason: 'It copies somebody.' })
  expect((await words()).map(({ word }) => word)).toEqual(['celesta', 'vibraphone'])
  await run(moderator, 'approveListing', { listingId: second })
  expect(await words()).toEqual(known)
  await run(bob, 'archiveGig', { gigId: third })
  await market.marketplace.consume(userDeleted, { userId: ann.id })
  expect(await words()).toEqual([
    { word: 'marimba', uses: 1 },
    { word: 'vibraphone', uses: 1 },
  ])
})
