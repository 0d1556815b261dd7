import { person, staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  client,
  gigInput,
  type Market,
  postedJob,
  publishedGig,
  publishedTool,
  seller,
  startMarket,
  toolCreator,
} from './market.ts'

let market: Market
beforeAll(async () => {
  market = await startMarket()
})
afterAll(() => market.close())

const moderator = staff('content:moderate')
const Edit = /* GraphQL */ `mutation ($input: EditListingInput!) { editListing(input: $input) {
  listing { ... on Gig { id title version status } ... on Job { id job: title } ... on Tool { id tool: title } } userErrors { code field } } }`
const reason = 'A name of somebody else stood in it.'
const edit = async (input: object) =>
  (await market.marketplace.as(moderator).query(Edit, { input: { reason, ...input } })).editListing
const Decisions = /* GraphQL */ `query ($id: ID!) { listingDecisions(listingId: $id) { nodes { decision reason moderator { id } } } }`

test('a corrected gig shows a new version at once; the bought one stays; its owner is told why', async () => {
  const owner = await seller(market)
  const id = await publishedGig(market, owner)
  expect(await edit({ listingId: id, title: 'I will design a mark that lasts' })).toEqual({
    listing: { id, title: 'I will design a mark that lasts', version: 2, status: 'ACTIVE' },
    userErrors: [],
  })
  const { searchGigs } = await market.marketplace.anonymous.query(
    '{ searchGigs(query: "mark lasts") { nodes { id } } }',
  )
  expect(searchGigs.nodes).toContainEqual({ id })
  expect(await market.marketplace.outbox('listing.moderated')).toContainEqual({
    listingId: id,
    kind: 'GIG',
    ownerId: owner.id,
    title: 'I will design a mark that lasts',
    decision: 'EDITED',
    reason,
  })
  const { listingDecisions } = await market.marketplace.as(moderator).query(Decisions, { id })
  expect(listingDecisions.nodes).toEqual([{ decision: 'EDITED', reason, moderator: { id: moderator.id } }])
})

test('jobs and tools are corrected too; what a kind has not is refused', async () => {
  const jobId = await postedJob(market, await client(market))
  const toolId = await publishedTool(market, await toolCreator(market))
  expect((await edit({ listingId: jobId, title: 'A site for a bakery', categoryId: 'landing-pages' })).listing).toEqual(
    {
      id: jobId,
      job: 'A site for a bakery',
    },
  )
  expect((await edit({ listingId: toolId, title: 'Measure a page' })).listing).toEqual({
    id: toolId,
    tool: 'Measure a page',
  })
  for (const [input, field] of [
    [{ listingId: toolId, categoryId: 'websites' }, ['input', 'categoryId']],
    [{ listingId: jobId, tags: ['x'] }, ['input', 'tags']],
    [{ listingId: jobId }, ['input']],
    [{ listingId: jobId, title: 'short' }, ['input', 'title']],
    [{ listingId: jobId, title: 'Long enough a title', reason: 'no' }, ['input', 'reason']],
  ] as const)
    expect(await edit(input)).toMatchObject({ listing: null, userErrors: [{ code: 'VALIDATION', field }] })
})

test('what is off the market for good, or waits for a decision, is not corrected', async () => {
  const owner = await seller(market)
  const id = await publishedGig(market, owner)
  await market.marketplace
    .as(owner)
    .query('mutation ($id: ID!) { archiveGig(input: { gigId: $id }) { gig { id } } }', { id })
  expect((await edit({ listingId: id, title: 'I will design no more' })).userErrors).toMatchObject([
    { code: 'INVALID_STATE' },
  ])
  const { errors } = await market.marketplace
    .as(moderator)
    .run(Edit, { input: { listingId: makeId(), reason, title: 'I will design no more' } })
  expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
})

const Report =
  'mutation ($id: ID!) { reportListing(input: { listingId: $id, reason: "It copies my work." }) { reported userErrors { code } } }'
const Reports =
  'query ($resolved: Boolean!) { listingReports(first: 100, resolved: $resolved) { nodes { listing { ... on Gig { id } } resolvedAt } } }'
const reported = async (resolved: boolean) =>
  (await market.marketplace.as(moderator).query(Reports, { resolved })).listingReports.nodes.map(
    ({ listing }: { listing: { id: string } }) => listing.id,
  )

test('reports wait until staff decide about the thing or dismiss them', async () => {
  const owner = await seller(market)
  const [taken, kept] = [
    await publishedGig(market, owner),
    await publishedGig(market, owner, { title: gigInput.title }),
  ]
  for (const id of [taken, kept])
    for (const _ of [1, 2])
      expect((await market.marketplace.as(person('CLIENT')).query(Report, { id })).reportListing.reported).toBe(true)
  expect((await reported(false)).filter((id: string) => id === taken)).toHaveLength(2)
  await market.marketplace
    .as(moderator)
    .query(
      'mutation ($id: ID!) { suspendListing(input: { listingId: $id, reason: "It copies somebody." }) { listing { __typename } } }',
      { id: taken },
    )
  expect(await reported(false)).not.toContain(taken)
  expect(await reported(true)).toContain(taken)
  const Dismiss = 'mutation ($id: ID!) { dismissReports(input: { listingId: $id }) { dismissed } }'
  expect((await market.marketplace.as(moderator).query(Dismiss, { id: kept })).dismissReports.dismissed).toBe(2)
  expect(await reported(false)).not.toContain(kept)
  expect((await market.marketplace.as(moderator).query(Dismiss, { id: kept })).dismissReports.dismissed).toBe(0)
})
