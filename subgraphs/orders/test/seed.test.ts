import { person } from '@gigraph/shared/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sweepDeadlines } from '../src/order/deadlines.ts'
import { states } from '../src/order/order.ts'
import { seedOrders } from '../src/seed.ts'
import { plainTerms } from './marketplace/src/index.ts'
import { mutate, type Orders, see, startOrders } from './start.ts'

let world: Orders
beforeAll(async () => {
  world = await startOrders()
})
afterAll(() => world.close())

const question = { id: 'q', question: '?', kind: 'TEXT' as const, choices: [], required: true }

test('orders in every state have a history that the machine allows, tell nobody and outlast the sweeper', async () => {
  const buyer = person('CLIENT')
  const seller = person('FREELANCER')
  const placedAt = new Date(world.orders.clock.now().getTime() - 90 * 86_400_000)
  const terms = plainTerms({ sellerId: seller.id, requirements: [question] })
  const rows = states.map((state) => ({ state, terms, buyerId: buyer.id, placedAt }))
  const seeded = await seedOrders(world.orders.context, rows)
  await world.orders.runJob(sweepDeadlines, {})
  for (const [index, state] of states.entries()) {
    const order = await see(world.orders.as(buyer), seeded[index]?.id ?? '')
    expect(order.state).toBe(state)
    expect(order.timeline.at(-1).to).toBe(state)
  }
  expect(await world.orders.outbox('order.placed')).toEqual([])
  const delivered = seeded[states.indexOf('DELIVERED')]
  const { order } = await mutate(world.orders.as(buyer), 'acceptDelivery', { orderId: delivered?.id })
  expect(order).toMatchObject({ state: 'COMPLETED', deliveries: [{ milestoneId: null }] })
})

test('of an order in steps the first is paid and delivered, and can be accepted', async () => {
  const buyer = person('CLIENT')
  const steps = [3_000, 7_000].map((minor) => ({
    title: 'Step',
    amount: { amountMinor: minor, currency: 'USD' },
    deliveryDays: 2,
  }))
  const placedAt = new Date(world.orders.clock.now().getTime() - 90 * 86_400_000)
  const terms = plainTerms({ gigId: null, milestones: steps })
  const [seeded] = await seedOrders(world.orders.context, [
    { state: 'IN_PROGRESS', terms, buyerId: buyer.id, placedAt, deliveryMessage: 'A sketch.' },
  ])
  await world.orders.runJob(sweepDeadlines, {})
  const [first] = seeded?.milestones ?? []
  const input = { orderId: seeded?.id, milestoneId: first?.id }
  const { order } = await mutate(world.orders.as(buyer), 'acceptMilestone', input)
  expect(order).toMatchObject({
    state: 'IN_PROGRESS',
    lateAt: null,
    milestones: [{ state: 'RELEASED' }, { state: 'NOT_FUNDED' }],
    deliveries: [{ milestoneId: first?.id, message: 'A sketch.' }],
  })
})

test('a thousand orders take three statements for each two hundred', async () => {
  const placedAt = new Date(world.orders.clock.now().getTime() - 30 * 86_400_000)
  const rows = Array.from({ length: 1_000 }, () => ({
    state: 'COMPLETED' as const,
    terms: plainTerms(),
    buyerId: person('CLIENT').id,
    placedAt,
  }))
  const statements = await world.orders.countStatements(() => seedOrders(world.orders.context, rows))
  expect(statements).toBe(3 * 5)
})
