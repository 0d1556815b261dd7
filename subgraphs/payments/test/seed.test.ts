import { orderCancelled } from '@gigraph/orders/events'
import { usd } from '@gigraph/shared/money'
import { after } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fundDemoPayouts, payDemoOrders, type SeedPayment, seedPayments } from '../src/seed.ts'
import { type PaymentsWorld, startPaymentsWorld } from './payments-world.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await startPaymentsWorld()
})
afterAll(() => world.close())

it('writes balanced books for thousands of orders, in seconds; what runs can be cancelled', async () => {
  const { makeId, clock } = world.context
  const sellers = Array.from({ length: 50 }, makeId)
  const demo = (index: number): SeedPayment => ({
    paymentId: makeId(),
    orderId: makeId(),
    buyerId: makeId(),
    sellerId: sellers[index % 50] ?? makeId(),
    gigId: makeId(),
    title: `Demo ${index}`,
    amount: usd(1_000 + (index % 97) * 13),
    paidAt: after(clock.now(), `${-30 - (index % 60)}d`),
    outcome:
      index % 10 === 0
        ? null
        : { kind: index % 10 === 1 ? 'CANCELLED' : 'COMPLETED', at: after(clock.now(), `${-1 - (index % 29)}d`) },
  })
  const rows = Array.from({ length: 2_000 }, (_, index) => demo(index))
  const [running] = await payDemoOrders(world.context, rows.slice(0, 1))
  if (!running) throw new Error('nothing was paid')
  const started = performance.now()
  await seedPayments(world.context, [running, ...rows.slice(1)])
  expect(performance.now() - started).toBeLessThan(20_000)
  expect(await world.brokenInvariants()).toEqual([])

  const { orderId, buyerId, sellerId, gigId, title, amount } = running
  const order = { orderId, buyerId, sellerId, gigId, title, total: amount }
  await world.payments.consume(orderCancelled, { ...order, fault: 'NOBODY', refund: amount })
  await world.settle()
  expect(await world.payments.outbox('payment.refunded')).toMatchObject([{ orderId, refunded: amount }])
  expect(await world.brokenInvariants()).toEqual([])
})

it('funds the payouts of ended demo orders at Stripe, once', async () => {
  const available = async () => (await world.context.stripe.balance.retrieve()).available[0]?.amount ?? 0
  const { makeId, clock } = world.context
  const ended: SeedPayment = {
    ...{ paymentId: makeId(), orderId: makeId(), buyerId: makeId(), sellerId: makeId(), gigId: null, title: 'Demo' },
    ...{ amount: usd(150_000_000), paidAt: clock.now(), outcome: { kind: 'COMPLETED', at: clock.now() } },
  }
  const before = await available()
  await fundDemoPayouts(world.context, 'test', [ended])
  const after = await available()
  expect(after - before).toBeGreaterThan(140_000_000)
  await fundDemoPayouts(world.context, 'test', [ended])
  expect(await available()).toBe(after)
})
