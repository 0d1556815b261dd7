import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { profilesService } from '@gigraph/profiles'
import { describeUnusualInputs, person, staff, startTestServices, uploadFile } from '@gigraph/shared/testing'
import { afterAll, beforeAll } from 'vitest'
import { ordersService } from '../src/index.ts'
import type { OrderState } from '../src/order/order.ts'
import { seedOrders } from '../src/seed.ts'
import { listMarketplace, plainTerms, sell } from './marketplace/src/index.ts'

const directory = mkdtempSync(join(tmpdir(), 'gigraph-orders-inputs-'))
const start = () =>
  startTestServices(
    { profiles: profilesService, marketplace: listMarketplace, orders: ordersService },
    { environment: { UPLOAD_DIRECTORY: directory } },
  )
let services: Awaited<ReturnType<typeof start>>
beforeAll(async () => {
  services = await start()
})
afterAll(async () => {
  await services.close()
  rmSync(directory, { recursive: true, force: true })
})

const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })
const question = { id: 'q', question: '?', kind: 'FILE' as const, choices: [], required: true }
const milestones = [1, 2].map(() => ({ title: 'Step', amount: usd(5_000), deliveryDays: 2 }))

/** Somebody's orders, on either side, in each state that a mutation needs. */
const scene = async () => {
  const viewer = person('CLIENT', 'FREELANCER')
  const placedAt = new Date(services.orders.clock.now().getTime() - 9 * 86_400_000)
  const add = async (side: 'BUYER' | 'SELLER', state: OrderState, stepwise = false): Promise<string> => {
    const [seller, buyer] = side === 'SELLER' ? [viewer.id, person().id] : [person().id, viewer.id]
    const terms = plainTerms({
      sellerId: seller,
      deliveryDays: 40,
      requirements: state === 'AWAITING_REQUIREMENTS' ? [question] : [],
      milestones: stepwise ? milestones : [],
    })
    const [order] = await seedOrders(services.orders.context, [{ state, terms, buyerId: buyer, placedAt }])
    return order?.id ?? ''
  }
  const steps = await add('SELLER', 'IN_PROGRESS', true)
  const { order } = await services.orders
    .as(viewer)
    .query('query ($id: ID!) { order(id: $id) { milestones { id } } }', { id: steps })
  const file = (purpose: 'REQUIREMENT_FILE' | 'DELIVERY_FILE' | 'DISPUTE_EVIDENCE') =>
    uploadFile(services.profiles, viewer, { purpose })
  return {
    viewer,
    staff: staff('orders:read', 'disputes:resolve'),
    gig: sell(plainTerms()),
    asked: await add('BUYER', 'AWAITING_REQUIREMENTS'),
    begun: await add('SELLER', 'IN_PROGRESS'),
    bought: await add('BUYER', 'IN_PROGRESS'),
    delivered: await add('BUYER', 'DELIVERED'),
    disputed: await add('BUYER', 'DISPUTED'),
    theirDispute: await add('SELLER', 'DISPUTED'),
    steps,
    step: order.milestones[0].id as string,
    answer: await file('REQUIREMENT_FILE'),
    work: await file('DELIVERY_FILE'),
    proof: await file('DISPUTE_EVIDENCE'),
  }
}

describeUnusualInputs({
  definition: ordersService,
  service: () => services.orders,
  scene,
  byStaff: ['Query.orders', 'Mutation.resolveDispute'],
  with: {
    'Query.order': ({ begun }) => ({ id: begun }),
    'Query.orders': ({ viewer, gig }) => ({ filter: { buyerId: viewer.id, sellerId: viewer.id, gigId: gig } }),
    'Mutation.placeOrder': ({ gig }) => ({
      input: {
        source: { gig: { gigId: gig, tier: 'BASIC', extraIds: ['x'], quantity: 1 } },
        expectedTotal: usd(1),
        idempotencyKey: 'one',
      },
    }),
    'Mutation.submitRequirements': ({ asked, answer }) => ({
      input: { orderId: asked, answers: [{ requirementId: 'q', answer: 'x', uploadIds: [answer] }] },
    }),
    'Mutation.skipRequirements': ({ begun }) => ({ input: { orderId: begun } }),
    'Mutation.deliverOrder': ({ begun, work }) => ({ input: { orderId: begun, message: 'x', uploadIds: [work] } }),
    'Mutation.acceptDelivery': ({ delivered }) => ({ input: { orderId: delivered } }),
    'Mutation.requestRevision': ({ delivered }) => ({ input: { orderId: delivered, message: 'x' } }),
    'Mutation.cancelOrder': ({ bought }) => ({ input: { orderId: bought, reason: 'x' } }),
    'Mutation.requestCancellation': ({ bought }) => ({ input: { orderId: bought, reason: 'x' } }),
    'Mutation.withdrawCancellation': ({ bought }) => ({ input: { orderId: bought } }),
    'Mutation.answerCancellation': ({ begun }) => ({ input: { orderId: begun, accept: false, message: 'x' } }),
    'Mutation.requestExtension': ({ begun }) => ({ input: { orderId: begun, days: 2, reason: 'x' } }),
    'Mutation.withdrawExtension': ({ begun }) => ({ input: { orderId: begun } }),
    'Mutation.answerExtension': ({ bought }) => ({ input: { orderId: bought, accept: false, message: 'x' } }),
    'Mutation.deliverMilestone': ({ steps, step, work }) => ({
      input: { orderId: steps, milestoneId: step, message: 'x', uploadIds: [work] },
    }),
    'Mutation.acceptMilestone': ({ steps, step }) => ({ input: { orderId: steps, milestoneId: step } }),
    'Mutation.openDispute': ({ begun, proof }) => ({ input: { orderId: begun, reason: 'x', evidenceIds: [proof] } }),
    'Mutation.answerDispute': ({ theirDispute, proof }) => ({
      input: { orderId: theirDispute, answer: 'x', evidenceIds: [proof] },
    }),
    'Mutation.proposeSettlement': ({ disputed }) => ({ input: { orderId: disputed, toSeller: usd(1), message: 'x' } }),
    'Mutation.acceptSettlement': ({ disputed }) => ({ input: { orderId: disputed, toSeller: usd(1) } }),
    'Mutation.resolveDispute': ({ disputed }) => ({ input: { orderId: disputed, toSeller: usd(1), reason: 'x' } }),
  },
})
