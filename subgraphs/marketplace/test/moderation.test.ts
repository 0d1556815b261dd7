import { person, staff } from '@gigraph/shared/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  CreateGig,
  gigInput,
  type Market,
  publishedTool,
  SubmitGig,
  seller,
  startMarket,
  toolCreator,
} from './market.ts'

let market: Market
beforeAll(async () => {
  market = await startMarket({ MODERATION: 'manual' })
})
afterAll(() => market.close())

const moderator = staff('content:moderate')
const Approve =
  'mutation ($id: ID!) { approveListing(input: { listingId: $id }) { gig: listing { ... on Gig { id status version } } userErrors { code } } }'
const decide = (name: string) =>
  `mutation ($id: ID!, $reason: String!) { ${name}(input: { listingId: $id, reason: $reason }) { gig: listing { ... on Gig { id status moderationReason } } userErrors { code field } } }`
const Gig =
  'query ($id: ID) { gig(id: $id) { id status title version moderationReason pendingChange { version title } } }'
const Queue = '{ moderationQueue(first: 100) { nodes { id } } }'
const waiting = async () =>
  (await market.marketplace.as(moderator).query(Queue)).moderationQueue.nodes.map((node: { id: string }) => node.id)

const submitted = async () => {
  const owner = await seller(market)
  const client = market.marketplace.as(owner)
  const { createGig } = await client.query(CreateGig, { input: gigInput })
  const { submitGig } = await client.query(SubmitGig, { id: createGig.gig.id })
  expect(submitGig.gig.status).toBe('PENDING_REVIEW')
  return { owner, client, id: createGig.gig.id as string }
}

test('a submitted gig waits for staff and goes live with their word', async () => {
  const { id, owner } = await submitted()
  expect(await waiting()).toContain(id)
  expect((await market.marketplace.anonymous.query(Gig, { id })).gig).toBeNull()
  const { approveListing } = await market.marketplace.as(moderator).query(Approve, { id })
  expect(approveListing).toMatchObject({ gig: { status: 'ACTIVE', version: 1 }, userErrors: [] })
  expect(await waiting()).not.toContain(id)
  expect(await market.marketplace.outbox('listing.moderated')).toContainEqual({
    listingId: id,
    kind: 'GIG',
    ownerId: owner.id,
    title: gigInput.title,
    decision: 'APPROVED',
    reason: null,
  })
  expect((await market.marketplace.as(moderator).query(Approve, { id })).approveListing.userErrors).toMatchObject([
    { code: 'INVALID_STATE' },
  ])
})

test('a rejected gig is a draft again; its owner reads why, nobody else', async () => {
  const { id, client } = await submitted()
  const { rejectListing } = await market.marketplace
    .as(moderator)
    .query(decide('rejectListing'), { id, reason: 'The pictures are not yours.' })
  expect(rejectListing.gig).toMatchObject({ status: 'DRAFT', moderationReason: 'The pictures are not yours.' })
  expect((await client.query(Gig, { id })).gig.moderationReason).toBe('The pictures are not yours.')
  expect((await client.query(SubmitGig, { id })).submitGig.gig.status).toBe('PENDING_REVIEW')
})

test('a change of a published gig waits while buyers see the old version', async () => {
  const { id, client } = await submitted()
  await market.marketplace.as(moderator).query(Approve, { id })
  await client.query(
    'mutation ($id: ID!) { updateGig(input: { gigId: $id, title: "I will do it differently" }) { gig { id } } }',
    { id },
  )
  expect((await market.marketplace.anonymous.query(Gig, { id })).gig).toMatchObject({
    title: gigInput.title,
    version: 1,
    pendingChange: null,
  })
  expect((await client.query(Gig, { id })).gig).toMatchObject({
    title: gigInput.title,
    pendingChange: { version: 2, title: 'I will do it differently' },
  })
  expect(await waiting()).toContain(id)
  await market.marketplace.as(moderator).query(Approve, { id })
  expect((await market.marketplace.anonymous.query(Gig, { id })).gig).toMatchObject({
    title: 'I will do it differently',
    version: 2,
  })
})

test('staff take a gig off the market with a reason and bring it back', async () => {
  const { id, client } = await submitted()
  const staffClient = market.marketplace.as(moderator)
  await staffClient.query(Approve, { id })
  const short = await staffClient.query(decide('suspendListing'), { id, reason: 'no' })
  expect(short.suspendListing).toMatchObject({
    gig: null,
    userErrors: [{ code: 'VALIDATION', field: ['input', 'reason'] }],
  })
  const { suspendListing } = await staffClient.query(decide('suspendListing'), { id, reason: 'It copies somebody.' })
  expect(suspendListing.gig.status).toBe('REMOVED')
  expect((await market.marketplace.anonymous.query(Gig, { id })).gig).toBeNull()
  expect((await client.query(Gig, { id })).gig).toMatchObject({
    status: 'REMOVED',
    moderationReason: 'It copies somebody.',
  })
  expect(await market.marketplace.outbox('gig.removed')).toContainEqual(
    expect.objectContaining({ gigId: id, reason: 'It copies somebody.' }),
  )
  expect((await staffClient.query(Approve, { id })).approveListing.gig.status).toBe('ACTIVE')
})

test('a tool that was changed is looked at before anybody uses it again, also when it was paused for the change', async () => {
  const kim = await toolCreator(market)
  const client = market.marketplace.as(kim)
  const act = async (name: string, more = '') =>
    (
      await client.query(
        `mutation ($id: ID!) { ${name}(input: { toolId: $id${more} }) { tool { status } userErrors { code allowed } } }`,
        { id },
      )
    )[name]
  const approve = () => market.marketplace.as(moderator).query(Approve, { id })
  const id = await publishedTool(market, kim)
  const title = ', title: "Something else altogether"'
  expect((await act('updateTool', title)).tool.status).toBe('PENDING_REVIEW')
  await approve()
  expect((await act('updateTool', title)).tool.status).toBe('PENDING_REVIEW')
  await approve()
  expect((await act('pauseTool')).tool.status).toBe('PAUSED')
  expect((await act('publishTool')).tool.status).toBe('ACTIVE')
  await act('pauseTool')
  expect((await act('updateTool', title)).tool.status).toBe('DRAFT')
  expect((await act('publishTool')).tool.status).toBe('PENDING_REVIEW')
})

test('staff do not correct a gig into one that nobody could hand in', async () => {
  const { id } = await submitted()
  const staffClient = market.marketplace.as(moderator)
  const { editListing } = await staffClient.query(
    'mutation ($id: ID!) { editListing(input: { listingId: $id, reason: "long enough a reason", tags: [] }) { userErrors { code field } } }',
    { id },
  )
  expect(editListing.userErrors).toEqual([{ code: 'VALIDATION', field: ['input', 'tags'] }])
})

test('nobody decides about a thing of their own', async () => {
  const { id, owner } = await submitted()
  const both = { ...owner, scopes: [...owner.scopes, 'content:moderate'] }
  const reason = 'long enough a reason'
  for (const [document, variables] of [
    [Approve, { id }],
    [decide('rejectListing'), { id, reason }],
    [decide('suspendListing'), { id, reason }],
    [decide('editListing'), { id, reason }],
    ['mutation ($id: ID!) { dismissReports(input: { listingId: $id }) { dismissed } }', { id }],
  ] as const) {
    const { errors } = await market.marketplace.as(both).run(document, variables)
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  }
  expect(await waiting()).toContain(id)
})

test('moderating needs the scope', async () => {
  const { id, owner } = await submitted()
  for (const viewer of [owner, person('CLIENT'), staff('users:read')])
    for (const [document, variables] of [
      [Approve, { id }],
      [decide('rejectListing'), { id, reason: 'long enough a reason' }],
      [decide('suspendListing'), { id, reason: 'long enough a reason' }],
      [Queue, {}],
    ] as const) {
      const { errors } = await market.marketplace.as(viewer).run(document, variables)
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    }
  expect((await market.marketplace.anonymous.run(Approve, { id })).errors).toMatchObject([
    { extensions: { code: 'UNAUTHENTICATED' } },
  ])
})
