import { userEmailVerified, userSuspended } from '@gigraph/identity/events'
import { orderPlaced } from '@gigraph/orders/events'
import { person, staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expireListings } from '../src/job/expire.ts'
import { client, type Market, publishedGig, seller, startMarket } from './market.ts'

let market: Market
beforeAll(async () => {
  market = await startMarket()
})
afterAll(() => market.close())

const offerInput = {
  title: 'A second logo',
  description: 'Like the first one, in blue.',
  price: { amountMinor: 4_000 },
  deliveryDays: 3,
}
const Send = /* GraphQL */ `mutation ($input: SendCustomOfferInput!) { sendCustomOffer(input: $input) { customOffer { id status } userErrors { code field } } }`
const Offer = 'query ($id: ID!) { customOffer(id: $id) { id status price { formatted } } }'
const answer = (name: string) =>
  `mutation ($id: ID!) { ${name}(input: { offerId: $id }) { customOffer { status } userErrors { code } } }`
const call = (procedure: string, input: object) => market.marketplace.service.procedure(procedure, input, 'test')
const send = async (from: ReturnType<typeof person>, clientId: string) =>
  (await market.marketplace.as(from).query(Send, { input: { ...offerInput, clientId } })).sendCustomOffer.customOffer
    .id as string

test('an offer is between two; its receiver may order it while it holds', async () => {
  const [ann, buyer] = [await seller(market), await client(market)]
  const id = await send(ann, buyer.id)
  for (const side of [ann, buyer])
    expect((await market.marketplace.as(side).query(Offer, { id })).customOffer).toMatchObject({
      status: 'SENT',
      price: { formatted: '$40.00' },
    })
  expect((await market.marketplace.as(person('CLIENT')).query(Offer, { id })).customOffer).toBeNull()
  const onSide = async (viewer: typeof ann, side: string) => {
    const document = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Viewer { customOffers(side: ${side}) { nodes { id } } } } }`
    const { _entities } = await market.marketplace
      .as(viewer)
      .query(document, { of: [{ __typename: 'Viewer', id: viewer.id }] })
    return _entities[0].customOffers.nodes
  }
  expect([await onSide(ann, 'FREELANCER'), await onSide(buyer, 'CLIENT')]).toEqual([[{ id }], [{ id }]])
  expect([await onSide(ann, 'CLIENT'), await onSide(buyer, 'FREELANCER')]).toEqual([[], []])
  expect(await call('quoteOffer', { offerId: id, buyerId: buyer.id })).toMatchObject({
    available: true,
    terms: { sellerId: ann.id, price: { amountMinor: 4_000, currency: 'USD' }, deliveryDays: 3, revisions: null },
  })
  expect(await call('quoteOffer', { offerId: id, buyerId: makeId() })).toEqual({
    available: false,
    reason: 'There is no such offer.',
  })
  await market.marketplace.consume(orderPlaced, {
    orderId: makeId(),
    buyerId: buyer.id,
    sellerId: ann.id,
    title: 't',
    gigId: null,
    total: { amountMinor: 4_000, currency: 'USD' },
    proposalId: null,
    offerId: id,
  })
  expect((await market.marketplace.as(ann).query(Offer, { id })).customOffer.status).toBe('ACCEPTED')
})

test('an offer may be paid in up to ten parts that add up to its price', async () => {
  const [ann, buyer] = [await seller(market), await client(market)]
  const part = (amountMinor: number) => ({ title: 'Part', amount: { amountMinor }, deliveryDays: 2 })
  const offer = async (milestones: object[], amountMinor: number) => {
    const input = { ...offerInput, clientId: buyer.id, price: { amountMinor }, milestones }
    return (await market.marketplace.as(ann).query(Send, { input })).sendCustomOffer
  }
  const field = ['input', 'milestones']
  expect((await offer([part(1_000), part(2_999)], 4_000)).userErrors).toEqual([{ code: 'VALIDATION', field }])
  const eleven = Array.from({ length: 11 }, () => part(500))
  expect((await offer(eleven, 5_500)).userErrors).toEqual([{ code: 'VALIDATION', field }])
  const { id } = (await offer(eleven.slice(1), 5_000)).customOffer
  const See = 'query ($id: ID!) { customOffer(id: $id) { milestones { title amount { amountMinor } deliveryDays } } }'
  const { milestones } = (await market.marketplace.as(buyer).query(See, { id })).customOffer
  expect(milestones).toEqual(Array.from({ length: 10 }, () => part(500)))
  expect(await call('quoteOffer', { offerId: id, buyerId: buyer.id })).toMatchObject({
    terms: { price: { amountMinor: 5_000 }, milestones },
  })
})

test('offers are declined by one side, withdrawn by the other, and expire', async () => {
  const [ann, buyer] = [await seller(market), await client(market)]
  const id = await send(ann, buyer.id)
  const run = async (viewer: typeof ann | null, name: string, offerId = id) => {
    const { data, errors } = await market.marketplace.as(viewer).run(answer(name), { id: offerId })
    return errors?.[0]?.extensions?.code ?? data?.[name].userErrors[0]?.code ?? data?.[name].customOffer.status
  }
  expect(await run(null, 'declineCustomOffer')).toBe('UNAUTHENTICATED')
  expect(await run(person('CLIENT'), 'declineCustomOffer')).toBe('NOT_FOUND')
  expect(await run(ann, 'declineCustomOffer')).toBe('NOT_ALLOWED')
  expect(await run(buyer, 'withdrawCustomOffer')).toBe('NOT_ALLOWED')
  expect(await run(buyer, 'declineCustomOffer')).toBe('DECLINED')
  expect(await run(ann, 'withdrawCustomOffer')).toBe('INVALID_STATE')
  expect(await call('quoteOffer', { offerId: id, buyerId: buyer.id })).toEqual({
    available: false,
    reason: 'This offer was declined.',
  })
  expect(await run(ann, 'withdrawCustomOffer', await send(ann, buyer.id))).toBe('WITHDRAWN')
  const late = await send(ann, buyer.id)
  market.marketplace.clock.advance('7d')
  expect((await market.marketplace.as(ann).query(Offer, { id: late })).customOffer.status).toBe('EXPIRED')
  expect(await run(buyer, 'declineCustomOffer', late)).toBe('INVALID_STATE')
  await market.marketplace.runJob(expireListings, {})
  expect(await market.marketplace.outbox('offer.expired')).toContainEqual(expect.objectContaining({ offerId: late }))
})

test('ten offers to one client may wait at a time, however many are sent at once', async () => {
  const [ann, buyer] = [await seller(market), await client(market)]
  const input = { ...offerInput, clientId: buyer.id }
  const sent = await Promise.all(Array.from({ length: 14 }, () => market.marketplace.as(ann).query(Send, { input })))
  const refused = sent.flatMap(({ sendCustomOffer }) => sendCustomOffer.userErrors)
  expect(refused.map(({ code }: { code: string }) => code)).toEqual(Array.from({ length: 4 }, () => 'LIMIT_EXCEEDED'))
  const id = sent.find(({ sendCustomOffer }) => sendCustomOffer.customOffer)?.sendCustomOffer.customOffer.id
  await market.marketplace.as(ann).query(answer('withdrawCustomOffer'), { id })
  expect((await market.marketplace.as(ann).query(Send, { input })).sendCustomOffer.userErrors).toEqual([])
})

test('an offer needs a freelancer with a verified address and somebody else to receive it', async () => {
  const ann = await seller(market)
  const code = async (viewer: typeof ann, input: object) => {
    const { data, errors } = await market.marketplace
      .as(viewer)
      .run(Send, { input: { ...offerInput, clientId: makeId(), ...input } })
    return errors?.[0]?.extensions?.code ?? data?.sendCustomOffer.userErrors[0]?.code
  }
  expect(await code(person('CLIENT'), {})).toBe('FORBIDDEN')
  expect(await code(person('FREELANCER'), {})).toBe('EMAIL_NOT_VERIFIED')
  expect(await code(ann, { clientId: ann.id })).toBe('NOT_ALLOWED')
  expect(await code(ann, { clientId: (await client(market)).id })).toBeUndefined()
  expect(await code(ann, {})).toBe('VALIDATION')
  expect(await code(ann, { clientId: (await seller(market)).id })).toBe('VALIDATION')
  const suspended = await client(market)
  await market.marketplace.consume(userSuspended, { userId: suspended.id, reason: 'x', until: null })
  expect(await code(ann, { clientId: suspended.id })).toBe('VALIDATION')
  expect(await code(ann, { expiresInDays: 31 })).toBe('VALIDATION')
  expect(await code(ann, { price: { amountMinor: 4_000, currency: 'EUR' } })).toBe('VALIDATION')
})

const toolInput = {
  title: 'Background remover',
  description: 'Takes the background out of a picture.',
  endpoint: 'https://tools.example.com/remove',
  pointsPerUse: 5,
}
const CreateTool = /* GraphQL */ `mutation ($input: CreateToolInput!) { createTool(input: $input) { tool { id status endpoint } userErrors { code field } } }`
const toolAct = (name: string) =>
  `mutation ($id: ID!) { ${name}(input: { toolId: $id }) { tool { status } userErrors { code allowed } } }`
const Tool = 'query ($id: ID!) { tool(id: $id) { status endpoint pointsPerUse creator { id } } }'
const creator = async () => {
  const viewer = person('TOOL_CREATOR')
  await market.marketplace.consume(userEmailVerified, { userId: viewer.id, roles: ['TOOL_CREATOR'] })
  return viewer
}

test('a tool is made, published, found, priced, paused and taken down', async () => {
  const kim = await creator()
  const client = market.marketplace.as(kim)
  const { createTool } = await client.query(CreateTool, { input: toolInput })
  expect(createTool.tool).toMatchObject({ status: 'DRAFT', endpoint: toolInput.endpoint })
  const { id } = createTool.tool
  expect((await market.marketplace.anonymous.query(Tool, { id })).tool).toBeNull()
  expect(await call('toolTerms', { toolId: id })).toMatchObject({ available: false })
  expect((await client.query(toolAct('publishTool'), { id })).publishTool.tool.status).toBe('ACTIVE')
  expect((await market.marketplace.anonymous.query(Tool, { id })).tool).toMatchObject({
    endpoint: null,
    creator: { id: kim.id },
  })
  const found = await market.marketplace.anonymous.query(
    '{ tools(filter: { query: "remove background", maxPoints: 5 }) { nodes { id } } }',
  )
  expect(found.tools.nodes).toContainEqual({ id })
  expect(await call('toolTerms', { toolId: id })).toEqual({
    available: true,
    creatorId: kim.id,
    title: toolInput.title,
    endpoint: toolInput.endpoint,
    pointsPerUse: 5,
  })
  await client.query('mutation ($id: ID!) { updateTool(input: { toolId: $id, pointsPerUse: 7 }) { tool { id } } }', {
    id,
  })
  expect(await call('toolTerms', { toolId: id })).toMatchObject({ pointsPerUse: 7 })
  expect((await client.query(toolAct('pauseTool'), { id })).pauseTool.tool.status).toBe('PAUSED')
  expect((await client.query(toolAct('pauseTool'), { id })).pauseTool.userErrors).toMatchObject([
    { code: 'INVALID_STATE', allowed: ['update', 'publish'] },
  ])
  expect(await call('toolTerms', { toolId: id })).toMatchObject({ available: false })
  const suspended = await market.marketplace
    .as(staff('content:moderate'))
    .query(
      'mutation ($id: ID!) { suspendListing(input: { listingId: $id, reason: "It does not work." }) { listing { __typename ... on Tool { status } } } }',
      { id },
    )
  expect(suspended.suspendListing.listing).toEqual({ __typename: 'Tool', status: 'REMOVED' })
  expect((await client.query(toolAct('publishTool'), { id })).publishTool.userErrors).toMatchObject([
    { code: 'INVALID_STATE' },
  ])
})

test.each([
  'http://tools.example.com',
  'https://localhost/x',
  'https://10.0.0.1/x',
  'https://[::1]/x',
  'https://db.internal',
])('a tool at %s is refused', async (endpoint) => {
  const { createTool } = await market.marketplace
    .as(await creator())
    .query(CreateTool, { input: { ...toolInput, endpoint } })
  expect(createTool.userErrors).toEqual([{ code: 'VALIDATION', field: ['input', 'endpoint'] }])
})

test('tools are their creator’s; a suspended creator has none on offer', async () => {
  const kim = await creator()
  const { createTool } = await market.marketplace.as(kim).query(CreateTool, { input: toolInput })
  const { id } = createTool.tool
  await market.marketplace.as(kim).query(toolAct('publishTool'), { id })
  for (const [viewer, code] of [
    [await creator(), 'NOT_FOUND'],
    [null, 'UNAUTHENTICATED'],
  ] as const)
    expect((await market.marketplace.as(viewer).run(toolAct('pauseTool'), { id })).errors).toMatchObject([
      { extensions: { code } },
    ])
  expect((await market.marketplace.as(person('CLIENT')).run(CreateTool, { input: toolInput })).errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN' } },
  ])
  await market.marketplace.consume(userSuspended, { userId: kim.id, reason: 'x', until: null })
  expect(await call('toolTerms', { toolId: id })).toMatchObject({ available: false })
  const { tools } = await market.marketplace.anonymous.query('{ tools(first: 100) { nodes { id } } }')
  expect(tools.nodes).not.toContainEqual({ id })
})

test('people remember gigs and report them, once each', async () => {
  const owner = await seller(market)
  const gigId = await publishedGig(market, owner)
  const viewer = person('CLIENT')
  const client = market.marketplace.as(viewer)
  const Remember = 'mutation ($id: ID!) { favourite(input: { gigId: $id }) { gig { id } userErrors { code } } }'
  for (const _ of [1, 2]) expect((await client.query(Remember, { id: gigId })).favourite.userErrors).toEqual([])
  const mine = async () =>
    (
      await client.query(
        'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Viewer { favourites { nodes { id isFavourite } } } } }',
        {
          of: [{ __typename: 'Viewer', id: viewer.id }],
        },
      )
    )._entities[0].favourites.nodes
  expect(await mine()).toEqual([{ id: gigId, isFavourite: true }])
  await client.query('mutation ($id: ID!) { unfavourite(input: { gigId: $id }) { gig { id } } }', { id: gigId })
  expect(await mine()).toEqual([])
  const Report =
    'mutation ($id: ID!, $reason: String!) { reportListing(input: { listingId: $id, reason: $reason }) { reported userErrors { code } } }'
  expect((await client.query(Report, { id: gigId, reason: 'Copied from me.' })).reportListing).toEqual({
    reported: true,
    userErrors: [],
  })
  expect((await client.query(Report, { id: gigId, reason: 'Copied from me.' })).reportListing.userErrors).toEqual([
    { code: 'ALREADY_EXISTS' },
  ])
  expect((await client.query(Report, { id: gigId, reason: 'bad' })).reportListing.userErrors).toEqual([
    { code: 'VALIDATION' },
  ])
  expect(await market.marketplace.outbox('listing.reported')).toEqual([
    { listingId: gigId, kind: 'GIG', reporterId: viewer.id },
  ])
  const { listingReports } = await market.marketplace
    .as(staff('content:moderate'))
    .query('{ listingReports { nodes { reason listing { ... on Gig { id } } } } }')
  expect(listingReports.nodes).toEqual([{ reason: 'Copied from me.', listing: { id: gigId } }])
  for (const [document, variables] of [
    [Remember, { id: gigId }],
    [Report, { id: gigId, reason: 'Copied from me.' }],
  ] as const)
    expect((await market.marketplace.anonymous.run(document, variables)).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ])
  expect((await client.run(Remember, { id: makeId() })).errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
  expect((await client.run('{ listingReports { nodes { id } } }')).errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN' } },
  ])
  // What nobody sees any more can be forgotten all the same.
  await client.query(Remember, { id: gigId })
  const gigAct = (name: string) =>
    `mutation ($id: ID!) { ${name}(input: { gigId: $id }) { gig { id } userErrors { code } } }`
  await market.marketplace.as(owner).query(gigAct('archiveGig'), { id: gigId })
  const forgotten = await client.query(gigAct('unfavourite'), { id: gigId })
  expect(forgotten.unfavourite).toEqual({ gig: null, userErrors: [] })
})
