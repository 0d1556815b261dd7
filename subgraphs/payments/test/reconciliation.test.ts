import { payCheckout } from '@gigraph/dev/stripe'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { reconcileEvents } from '../src/reconciliation/reconcile.ts'
import { type PaymentsWorld, startPaymentsWorld } from './payments-world.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await startPaymentsWorld()
})
afterAll(() => world.close())

it('finds every missed event of the last 30 days, once, and nothing that had arrived', async () => {
  await world.pay(world.order())
  expect(await reconcileEvents(world.context)).toBe(0)
  world.stripe.webhooks.loseNext(1_000)
  const orders = []
  for (let index = 0; index < 5; index += 1) {
    const order = world.order()
    const { checkout } = await world.checkOut(order)
    await payCheckout(checkout.url, { card: '4242424242424242' })
    orders.push(order)
    world.clock.advance('30s')
  }
  world.stripe.webhooks.loseNext(0)
  await world.settle()
  for (const { orderId } of orders) expect(await world.balance(`escrow:${orderId}`)).toBe(0)

  expect(await reconcileEvents(world.context)).toBeGreaterThanOrEqual(10)
  await world.settle()
  for (const { orderId } of orders) expect(await world.balance(`escrow:${orderId}`)).toBe(12_500)
  expect(await reconcileEvents(world.context)).toBe(0)
  expect(await world.brokenInvariants()).toEqual([])
})

it('finds what was missed while nobody reconciled for 29 days', async () => {
  const order = world.order()
  const { checkout } = await world.checkOut(order)
  world.stripe.webhooks.loseNext(1_000)
  await payCheckout(checkout.url, { card: '4242424242424242' })
  world.stripe.webhooks.loseNext(0)
  world.clock.advance('29d')
  // As on a new machine: nothing was ever compared.
  await world.context.db.execute('delete from reconciliations')
  await world.payments.service.runJob('reconcile', {})
  await world.runJobs()
  expect(await world.balance(`escrow:${order.orderId}`)).toBe(12_500)
})
