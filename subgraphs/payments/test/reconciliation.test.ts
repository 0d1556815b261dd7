import { payCheckout } from '@gigraph/dev/stripe'
import { orderCompleted } from '@gigraph/orders/events'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reconcileAll } from '../src/reconciliation/reconcile.ts'
import { payments, webhookEvents } from '../src/tables.ts'
import { type PaymentsWorld, startPaymentsWorld } from './payments-world.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await startPaymentsWorld()
})
afterAll(() => world.close())

it('finds every missed event of the last 30 days, once, and nothing that had arrived', async () => {
  await world.pay(world.order())
  expect(await reconcileAll(world.context)).toEqual({ events: 0, movements: 0 })
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

  expect((await reconcileAll(world.context)).events).toBeGreaterThanOrEqual(10)
  await world.settle()
  for (const { orderId } of orders) expect(await world.balance(`escrow:${orderId}`)).toBe(12_500)
  expect(await reconcileAll(world.context)).toEqual({ events: 0, movements: 0 })
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

describe('movements whose events are gone', () => {
  /** As after a backup was restored: the events were handled, and what came of them is lost. */
  const withoutEvents = async (act: () => Promise<unknown>) => {
    world.stripe.webhooks.loseNext(1_000)
    await act()
    world.stripe.webhooks.loseNext(0)
    const listed = world.context.stripe.events.list({ limit: 100 })
    for await (const { id, type, created } of listed) {
      const at = new Date(created * 1_000)
      const event = { id, type, account: null, objectId: 'x', createdAt: at, receivedAt: at, processedAt: at }
      await world.context.db.insert(webhookEvents).values(event).onConflictDoNothing()
    }
  }
  const intentOf = async (paymentId: string) => {
    const [row] = await world.context.db.select().from(payments).where(eq(payments.id, paymentId))
    return row?.intentId ?? ''
  }
  const reconcileLater = async () => {
    world.clock.advance('2h')
    const found = await reconcileAll(world.context)
    await world.settle()
    expect((await reconcileAll(world.context)).movements).toBe(0)
    return found
  }

  it('are booked: payments, refunds that were made at Stripe, chargebacks and their end', async () => {
    await world.settle()
    await reconcileLater()
    const order = world.order()
    const { checkout, payment } = await world.checkOut(order)
    await withoutEvents(() => payCheckout(checkout.url, { card: '4242424242424242' }))
    expect(await reconcileLater()).toEqual({ events: 0, movements: 1 })
    expect(await world.balance(`escrow:${order.orderId}`)).toBe(12_500)

    const intent = await intentOf(payment.id)
    await withoutEvents(() => world.context.stripe.refunds.create({ payment_intent: intent, amount: 500 }))
    expect(await reconcileLater()).toEqual({ events: 0, movements: 1 })
    expect(await world.balance(`escrow:${order.orderId}`)).toBe(12_000)

    let disputeId = ''
    await withoutEvents(async () => {
      disputeId = world.levers.openDispute(intent, { amount: 12_000 }).id
    })
    expect(await reconcileLater()).toEqual({ events: 0, movements: 1 })
    expect(await world.balance(`chargeback_reserve:${order.sellerId}`)).toBe(12_000)
    await withoutEvents(async () => world.levers.decideDispute(disputeId, 'won'))
    expect((await reconcileLater()).movements).toBeGreaterThanOrEqual(1)
    expect(await world.balance(`escrow:${order.orderId}`)).toBe(12_000)

    await world.payments.consume(orderCompleted, { ...world.facts(order), onTime: true, firstWithBuyer: false })
    expect(await world.balance(`seller_pending:${order.sellerId}`)).toBe(10_800)
    expect(await world.brokenInvariants()).toEqual([])
  })
})
