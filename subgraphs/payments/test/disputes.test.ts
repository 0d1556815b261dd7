import { orderCompleted } from '@gigraph/orders/events'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { payments } from '../src/tables.ts'
import { type PaymentsWorld, startPaymentsWorld } from './payments-world.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await startPaymentsWorld()
})
afterAll(() => world.close())
afterEach(async () => {
  world.stripe.webhooks.duplicate(0)
  world.stripe.webhooks.shuffle(false)
  expect(await world.brokenInvariants()).toEqual([])
})

type Order = ReturnType<PaymentsWorld['order']>
const complete = (order: Order) =>
  world.payments.consume(orderCompleted, { ...world.facts(order), onTime: true, firstWithBuyer: false })
const intentOf = async (paymentId: string) => {
  const [row] = await world.context.db.select().from(payments).where(eq(payments.id, paymentId))
  return row?.intentId ?? ''
}
const paid = async () => {
  const order = world.order()
  const paymentId = await world.pay(order)
  return { order, paymentId, intent: await intentOf(paymentId) }
}
const held = (order: Order) => world.balance(`chargeback_reserve:${order.sellerId}`)
const available = (order: Order) => world.balance(`seller_available:${order.sellerId}`)

describe('a chargeback', () => {
  it('holds the money in escrow at once; won, the order goes on', async () => {
    const { order, intent } = await paid()
    const loss = await world.balance('platform_loss')
    world.stripe.webhooks.duplicate(4)
    const dispute = world.levers.openDispute(intent)
    await world.settle()
    expect(await held(order)).toBe(12_500)
    expect(await world.balance(`escrow:${order.orderId}`)).toBe(0)
    expect(await world.balance('platform_loss')).toBe(loss - 1_500)
    const told = (await world.payments.outbox('payment.disputed')).filter(({ orderId }) => orderId === order.orderId)
    expect(told).toMatchObject([{ reason: 'fraudulent' }])
    world.levers.decideDispute(dispute.id, 'won')
    await world.settle()
    expect(await held(order)).toBe(0)
    expect(await world.balance('platform_loss')).toBe(loss)
    await complete(order)
    expect(await world.balance(`seller_pending:${order.sellerId}`)).toBe(11_250)
  })

  it('lost, the money is gone: completing the order pays nobody', async () => {
    const { order, intent } = await paid()
    const dispute = world.levers.openDispute(intent)
    await world.settle()
    world.levers.decideDispute(dispute.id, 'lost')
    await world.settle()
    await complete(order)
    expect(await held(order)).toBe(0)
    expect(await world.balance(`seller_pending:${order.sellerId}`)).toBe(0)
    expect(await world.balance('stripe_disputed')).toBe(0)
  })

  it('of money that has cleared holds it from what is available, and gives it back when won', async () => {
    const { order, intent } = await paid()
    await complete(order)
    world.clock.advance('15d')
    await world.settle()
    const dispute = world.levers.openDispute(intent)
    await world.settle()
    expect(await available(order)).toBe(0)
    expect(await held(order)).toBe(12_500)
    world.levers.decideDispute(dispute.id, 'won')
    await world.settle()
    expect(await available(order)).toBe(11_250)
  })

  it('during clearance does not clear', async () => {
    const { order, intent } = await paid()
    await complete(order)
    const dispute = world.levers.openDispute(intent)
    await world.settle()
    world.clock.advance('15d')
    await world.settle()
    expect(await available(order)).toBe(0)
    world.levers.decideDispute(dispute.id, 'lost')
    await world.settle()
    expect(await available(order)).toBe(0)
  })

  it('whose events come shuffled, doubled and after its end has the same effect', async () => {
    const { order, intent } = await paid()
    world.stripe.webhooks.shuffle(true)
    world.stripe.webhooks.duplicate(2)
    const dispute = world.levers.openDispute(intent)
    world.levers.decideDispute(dispute.id, 'won')
    await world.settle()
    expect(await held(order)).toBe(0)
    expect(await world.balance(`escrow:${order.orderId}`)).toBe(12_500)
    expect(await world.balance('stripe_disputed')).toBe(0)
  })

  it('cannot be refunded on top', async () => {
    const { paymentId, order, intent } = await paid()
    world.levers.openDispute(intent)
    await world.settle()
    const Refund = 'mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) { userErrors { code } } }'
    const answer = await world.payments.as(order.seller).query(Refund, { input: { paymentId, reason: 'x' } })
    expect(answer.refundPayment.userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
  })
})
