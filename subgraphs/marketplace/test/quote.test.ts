import { staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { client, jobInput, type Market, postedJob, publishedGig, seller, startMarket } from './market.ts'

let market: Market
beforeAll(async () => {
  market = await startMarket()
})
afterAll(() => market.close())

const quote = (changes: object) =>
  market.marketplace.service.procedure(
    'quoteGig',
    { gigId: makeId(), tier: 'BASIC', extraIds: [], quantity: 1, buyerId: makeId(), ...changes },
    'test',
  )

test('a quote is the terms of the current version', async () => {
  const ann = await seller(market)
  const gigId = await publishedGig(market, ann)
  const { gig } = await market.marketplace.anonymous.query('query ($id: ID) { gig(id: $id) { extras { id } } }', {
    id: gigId,
  })
  expect(await quote({ gigId, extraIds: [gig.extras[0].id] })).toMatchObject({
    available: true,
    terms: {
      sellerId: ann.id,
      gigId,
      gigVersion: 1,
      title: 'I will design a logo that lasts',
      price: { amountMinor: 7_000, currency: 'USD' },
      deliveryDays: 1,
      revisions: 1,
      requirements: [
        { question: 'What is your name?', kind: 'TEXT', required: true },
        { question: 'Style?', kind: 'CHOICE', choices: ['bold', 'calm'] },
      ],
      milestones: [],
    },
  })
})

test('what cannot be bought says why', async () => {
  const ann = await seller(market)
  const gigId = await publishedGig(market, ann)
  expect(await quote({})).toMatchObject({ available: false })
  expect(await quote({ gigId, buyerId: ann.id })).toEqual({
    available: false,
    reason: 'You cannot order your own gig.',
  })
  expect(await quote({ gigId, tier: 'STANDARD' })).toMatchObject({ available: false })
  expect(await quote({ gigId, extraIds: ['gone'] })).toMatchObject({ available: false })
  await market.marketplace
    .as(ann)
    .query('mutation ($id: ID!) { pauseGig(input: { gigId: $id }) { gig { id } } }', { id: gigId })
  expect(await quote({ gigId })).toEqual({ available: false, reason: 'The seller has paused this gig.' })
})

test('who talks about a job learns its title, its client and whether it is open, unless staff removed it', async () => {
  const buyer = await client(market)
  const jobId = await postedJob(market, buyer)
  const asked = (id: string) => market.marketplace.service.procedure('jobToTalkAbout', { jobId: id }, 'test')
  const known = { available: true, clientId: buyer.id, title: jobInput.title }
  expect(await asked(jobId)).toEqual({ ...known, open: true })
  await market.marketplace
    .as(buyer)
    .query('mutation ($id: ID!) { closeJob(input: { jobId: $id }) { job { id } } }', { id: jobId })
  expect(await asked(jobId)).toEqual({ ...known, open: false })
  const suspended = await postedJob(market, buyer)
  await market.marketplace
    .as(staff('content:moderate'))
    .query('mutation ($input: SuspendListingInput!) { suspendListing(input: $input) { userErrors { code } } }', {
      input: { listingId: suspended, reason: 'This is no honest job.' },
    })
  for (const id of [suspended, makeId()]) expect(await asked(id)).toEqual({ available: false })
})
