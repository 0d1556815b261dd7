import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Market, publishedGig, seller, startMarket } from './market.ts'

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
