import { marketplaceService } from '@gigraph/marketplace'
import { seedMarketplace } from '@gigraph/marketplace/seed'
import { person, startTestServices } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ordersService } from '../src/index.ts'
import { mutate } from './start.ts'

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
