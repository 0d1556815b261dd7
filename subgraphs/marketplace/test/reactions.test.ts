import {
  userDeleted,
  userEmailVerified,
  userReinstated,
  userRoleChanged,
  userSuspended,
} from '@gigraph/identity/events'
import { orderCompleted, orderPlaced } from '@gigraph/orders/events'
import { freelancerLevelChanged, profileUpdated } from '@gigraph/profiles/events'
import { reviewHidden, reviewPublished, reviewRestored } from '@gigraph/reviews/events'
import type { Viewer } from '@gigraph/shared/auth'
import { rows } from '@gigraph/shared/database'
import type { EventDefinition } from '@gigraph/shared/events'
import { person } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { getTableName, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { handlers } from '../src/handlers/index.ts'
import { marketplaceService } from '../src/index.ts'
import { expireListings } from '../src/job/expire.ts'
import * as tables from '../src/tables.ts'
import {
  client,
  type Market,
  postedJob,
  publishedGig,
  publishedTool,
  seller,
  startMarket,
  submittedProposal,
} from './market.ts'

let market: Market
beforeAll(async () => {
  market = await startMarket()
})
afterAll(() => market.close())

/** Every table that an event can change, whole; what only says that something happened (outbox, inbox) aside. */
const facts = [
  ...[tables.sellers, tables.gigs, tables.gigVersions, tables.gigFeedback, tables.listings, tables.listingTexts],
  ...[
    tables.jobs,
    tables.invitations,
    tables.proposals,
    tables.offers,
    tables.tools,
    tables.favourites,
    tables.reports,
  ],
].map((table) => getTableName(table))
const everything = async () => {
  const all: Record<string, unknown> = {}
  for (const name of facts)
    all[name] = await rows(
      market.marketplace.context.db,
      // Which of two equal events was noted decides ties only.
      sql`select to_jsonb(t) - 'level_event' - 'profile_event' as row from ${sql.identifier(name)} as t order by t::text`,
    )
  return all
}

const Send = /* GraphQL */ `mutation ($input: SendCustomOfferInput!) { sendCustomOffer(input: $input) { customOffer { id } userErrors { message } } }`
const offered = async (from: Viewer, clientId: string): Promise<string> => {
  const input = {
    clientId,
    title: 'A second logo',
    description: 'Like the first one, in blue.',
    price: { amountMinor: 4_000 },
    deliveryDays: 3,
    expiresInDays: 1,
  }
  return (await market.marketplace.as(from).query(Send, { input })).sendCustomOffer.customOffer.id
}

const ROLES = ['FREELANCER', 'CLIENT', 'TOOL_CREATOR'] as const

/** Somebody with one of everything that a market keeps, and what may be told of them. */
const life = async () => {
  const viewer = person(...ROLES)
  const { id: userId } = viewer
  await market.marketplace.consume(userEmailVerified, { userId, roles: [...ROLES] })
  const [other, buyer] = [await seller(market), await client(market)]
  const gigId = await publishedGig(market, viewer)
  await publishedTool(market, viewer)
  const jobId = await postedJob(market, viewer)
  await submittedProposal(market, jobId, other)
  await submittedProposal(market, await postedJob(market, buyer), viewer)
  const invite = 'mutation ($input: InviteFreelancerInput!) { inviteFreelancer(input: $input) { invitation { id } } }'
  await market.marketplace
    .as(viewer)
    .query(invite, { input: { jobId, freelancerId: (await seller(market)).id, message: 'Come, please.' } })
  await market.marketplace
    .as(buyer)
    .query(invite, { input: { jobId: await postedJob(market, buyer), freelancerId: userId } })
  const favourite = 'mutation ($id: ID!) { favourite(input: { gigId: $id }) { gig { id } } }'
  const theirs = await publishedGig(market, other)
  await market.marketplace.as(viewer).query(favourite, { id: theirs })
  const offerId = await offered(viewer, buyer.id)
  await offered(other, userId)
  const order = { orderId: makeId(), buyerId: buyer.id, sellerId: userId, title: 't', gigId, total: usd(5_000) }
  const review = {
    ...{ reviewId: makeId(), orderId: order.orderId, gigId, reviewerId: buyer.id, revieweeId: userId },
    ...{ of: 'SELLER' as const, rating: 4, gigRating: { count: 1, sum: 4 } },
  }
  const told = <Payload>(event: EventDefinition<Payload>, payload: NoInfer<Payload>) => ({
    name: event.name,
    tell: (options: { id: string; occurredAt: Date }) => market.marketplace.consume(event, payload, options),
  })
  const profile = { userId, headline: 'x', country: 'DE', languages: ['de'], availableNow: false }
  return {
    viewer,
    offerId,
    history: [
      told(userRoleChanged, { userId, roles: [...ROLES] }),
      told(userEmailVerified, { userId, roles: [...ROLES] }),
      told(profileUpdated, profile),
      told(freelancerLevelChanged, { userId, from: 'NEW', to: 'RISING' }),
      told(orderPlaced, { ...order, proposalId: null, offerId }),
      told(orderCompleted, { ...order, onTime: true, firstWithBuyer: true }),
      told(reviewPublished, review),
      told(reviewHidden, review),
      told(reviewRestored, review),
      told(userSuspended, { userId, reason: 'x', until: null }),
      told(userReinstated, { userId }),
      told(userDeleted, { userId }),
    ],
  }
}
const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })

test('every reaction has the same result when its event comes again under another id', async () => {
  const { history } = await life()
  const told = new Set(history.map(({ name }) => name))
  expect(handlers.map(({ event }) => event.name).filter((name) => !told.has(name))).toEqual([])
  for (const { name, tell } of history) {
    market.marketplace.clock.advance('1s')
    const occurredAt = market.marketplace.clock.now()
    const before = await everything()
    await tell({ id: makeId(), occurredAt })
    const after = await everything()
    // Only who was verified already has nothing new in it.
    if (name !== 'user.email_verified') expect(after, `${name} changes something`).not.toEqual(before)
    // Past the inbox: the reaction itself must not do it twice.
    market.marketplace.clock.advance('1s')
    await tell({ id: makeId(), occurredAt })
    expect(await everything(), name).toEqual(after)
  }
})

test('who was erased stays erased and off the market, whatever else is told, before or after', async () => {
  const { viewer, offerId, history } = await life()
  const at = market.marketplace.clock.now()
  const erasure = history.at(-1)
  await erasure?.tell({ id: makeId(), occurredAt: at })
  for (const { tell } of history) await tell({ id: makeId(), occurredAt: new Date(+at + 1_000) })
  const { db } = market.marketplace.context
  const found = async (query: ReturnType<typeof sql>) => (await rows<{ n: number }>(db, query))[0]?.n
  const id = sql`${viewer.id}::uuid`
  expect(await found(sql`select count(*)::int as n from listings where seller_id = ${id}`)).toBe(0)
  expect(await found(sql`select count(*)::int as n from favourites where user_id = ${id}`)).toBe(0)
  expect(await found(sql`select count(*)::int as n from invitations where client_id = ${id} and message <> ''`)).toBe(0)
  expect(
    await found(sql`select count(*)::int as n from (
      select status from invitations where client_id = ${id} or freelancer_id = ${id} union all
      select status from offers where freelancer_id = ${id} or client_id = ${id}) as s where status = 'SENT'`),
  ).toBe(0)
  expect(
    await found(sql`select count(*)::int as n from offers where id = ${offerId}::uuid and title = 'Deleted offer'`),
  ).toBe(1)
  expect(await found(sql`select count(*)::int as n from jobs where client_id = ${id} and status <> 'REMOVED'`)).toBe(0)
})

test('jobs that run again find nothing to do', async () => {
  expect(marketplaceService.jobs?.map(({ job }) => job.name)).toEqual(['expire-listings', 'release-files'])
  const [ann, buyer] = [await seller(market), await client(market)]
  await postedJob(market, buyer)
  await offered(ann, buyer.id)
  market.marketplace.clock.advance('31d')
  const told = async () => [
    ...(await market.marketplace.outbox('job.expired')),
    ...(await market.marketplace.outbox('offer.expired')),
  ]
  await market.marketplace.runJob(expireListings, {})
  const [after, before] = [await everything(), await told()]
  expect(before.length).toBeGreaterThanOrEqual(2)
  await Promise.all([market.marketplace.runJob(expireListings, {}), market.marketplace.runJob(expireListings, {})])
  expect(await everything()).toEqual(after)
  expect(await told()).toEqual(before)
})

test('sweeps that run at once tell each end once', async () => {
  const buyer = await client(market)
  const jobs = [await postedJob(market, buyer), await postedJob(market, buyer), await postedJob(market, buyer)]
  market.marketplace.clock.advance('31d')
  await Promise.all(Array.from({ length: 5 }, () => market.marketplace.runJob(expireListings, {})))
  const told = (await market.marketplace.outbox('job.expired')).map(({ jobId }) => jobId)
  expect(told.filter((id) => jobs.includes(id)).sort()).toEqual(jobs.toSorted())
})
