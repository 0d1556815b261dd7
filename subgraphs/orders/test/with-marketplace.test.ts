import { marketplaceService } from '@gigraph/marketplace'
import { seedMarketplace } from '@gigraph/marketplace/seed'
import { paymentSucceeded } from '@gigraph/payments/events'
import type { Viewer } from '@gigraph/shared/auth'
import { person, startTestServices } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { client, postedJob, proposalInput, seller } from '../../marketplace/test/market.ts'
import { ordersService } from '../src/index.ts'
import { mutate, see } from './start.ts'

const start = () => startTestServices({ marketplace: marketplaceService, orders: ordersService })
let services: Awaited<ReturnType<typeof start>>
beforeAll(async () => {
  services = await start()
})
afterAll(() => services.close())

const price = (amountMinor: number) => ({ amountMinor, currency: 'USD' })

/** A gig of the real marketplace: one package and one extra. */
const offer = async (sellerId: string, status: 'ACTIVE' | 'PAUSED') => {
  const { categories } = await services.marketplace.anonymous.query('{ categories { children { id } } }')
  const now = services.orders.clock.now()
  const id = makeId()
  await seedMarketplace(services.marketplace.context, {
    sellers: [
      { userId: sellerId, level: 'NEW', languages: ['en'], country: null, availableNow: true, emailVerifiedAt: now },
    ],
    gigs: [
      {
        id,
        sellerId,
        status,
        title: 'I will draw your cat',
        description: 'From a photograph.',
        categoryId: categories[0].children[0].id,
        tags: ['cat'],
        content: {
          packages: [
            {
              tier: 'BASIC',
              title: 'One cat',
              description: 'In ink.',
              price: price(2_500),
              deliveryDays: 4,
              revisions: 2,
              features: [],
            },
          ],
          extras: [{ id: 'colour', title: 'In colour', price: price(1_000), extraDays: 1 }],
          faq: [],
          requirements: [{ id: 'photo', question: 'A photograph?', kind: 'FILE', choices: [], required: true }],
        },
        ratingCount: 0,
        ratingSum: 0,
        sales: 0,
        createdAt: now,
      },
    ],
  })
  return id
}

const gig = (gigId: string, more: object = {}) => ({ source: { gig: { gigId, tier: 'BASIC', ...more } } })

test('the real marketplace prices an order with its extras, and says why it does not', async () => {
  const seller = person('FREELANCER', 'CLIENT')
  const buyer = services.orders.as(person('CLIENT'))
  const gigId = await offer(seller.id, 'ACTIVE')
  const { order } = await mutate(buyer, 'placeOrder', gig(gigId, { quantity: 2, extraIds: ['colour'] }))
  expect(order).toMatchObject({
    title: 'I will draw your cat',
    seller: { id: seller.id },
    total: price(7_000),
    revisionsLeft: 2,
    requirements: [{ id: 'photo', answer: null }],
  })
  const refused = async (client: typeof buyer, input: object) => (await mutate(client, 'placeOrder', input)).userErrors
  expect(await refused(buyer, gig(gigId, { extraIds: ['gone'] }))).toMatchObject([{ code: 'NOT_AVAILABLE' }])
  expect(await refused(services.orders.as(seller), gig(gigId))).toMatchObject([{ code: 'NOT_AVAILABLE' }])
  const paused = await offer(seller.id, 'PAUSED')
  expect(await refused(buyer, gig(paused))).toMatchObject([
    { code: 'NOT_AVAILABLE', message: 'The seller has paused this gig.' },
  ])
})

/** A freelancer and a client of the real marketplace. */
const people = async () => {
  const market = { ...services }
  return { ann: await seller(market), buyer: await client(market), market }
}
const part = (title: string, amountMinor: number) => ({ title, amount: { amountMinor }, deliveryDays: 2 })

/** The buyer pays the next milestone, the seller delivers it, the buyer accepts it. */
const finishNext = async (orderId: string, buyer: Viewer, ann: Viewer) => {
  const { milestones } = await see(services.orders.as(buyer), orderId)
  const next = milestones.find(({ state }: { state: string }) => state === 'NOT_FUNDED')
  const payment = {
    paymentId: makeId(),
    orderId,
    milestoneId: next.id,
    buyerId: buyer.id,
    sellerId: ann.id,
    gigId: null,
  }
  await services.orders.consume(paymentSucceeded, { ...payment, amount: price(next.amount.amountMinor) })
  const milestone = { orderId, milestoneId: next.id }
  await mutate(services.orders.as(ann), 'deliverMilestone', { ...milestone, message: 'Here.' })
  return (await mutate(services.orders.as(buyer), 'acceptMilestone', milestone)).order
}

test('an accepted proposal is ordered in its milestones, paid and accepted one by one', async () => {
  const { ann, buyer, market } = await people()
  const jobId = await postedJob(market, buyer)
  const Propose = 'mutation ($input: SubmitProposalInput!) { submitProposal(input: $input) { proposal { id } } }'
  const input = proposalInput(jobId, { milestones: [part('Draft', 20_000), part('Site', 40_000)] })
  const { submitProposal } = await services.marketplace.as(ann).query(Propose, { input })
  const proposalId = submitProposal.proposal.id
  const place = () => mutate(services.orders.as(buyer), 'placeOrder', { source: { proposalId } })
  expect((await place()).userErrors).toMatchObject([{ code: 'NOT_AVAILABLE', message: 'Accept the proposal first.' }])
  await services.marketplace
    .as(buyer)
    .query('mutation ($id: ID!) { acceptProposal(input: { proposalId: $id }) { proposal { id } } }', { id: proposalId })
  const { order } = await place()
  expect(order).toMatchObject({
    total: price(60_000),
    revisionsLeft: null,
    milestones: [
      { position: 1, state: 'NOT_FUNDED', amount: { amountMinor: 20_000 } },
      { position: 2, state: 'NOT_FUNDED', amount: { amountMinor: 40_000 } },
    ],
  })
  expect((await finishNext(order.id, buyer, ann)).state).toBe('IN_PROGRESS')
  expect((await finishNext(order.id, buyer, ann)).state).toBe('COMPLETED')
})

test('a custom offer is ordered in as many as ten milestones', async () => {
  const { ann, buyer } = await people()
  const Send =
    'mutation ($input: SendCustomOfferInput!) { sendCustomOffer(input: $input) { customOffer { id } userErrors { message } } }'
  const milestones = Array.from({ length: 10 }, (_, index) => part(`Step ${index + 1}`, 500 + index))
  const input = {
    clientId: buyer.id,
    title: 'A second logo',
    description: 'Like the first one, in blue.',
    price: { amountMinor: 5_045 },
    deliveryDays: 20,
    milestones,
  }
  const { customOffer } = (await services.marketplace.as(ann).query(Send, { input })).sendCustomOffer
  const { order } = await mutate(services.orders.as(buyer), 'placeOrder', { source: { offerId: customOffer.id } })
  expect(order.milestones.map(({ amount }: { amount: object }) => amount)).toEqual(
    milestones.map(({ amount }) => amount),
  )
  for (const _ of milestones.slice(1)) expect((await finishNext(order.id, buyer, ann)).state).toBe('IN_PROGRESS')
  expect((await finishNext(order.id, buyer, ann)).state).toBe('COMPLETED')
})
