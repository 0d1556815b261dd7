import { payCheckout } from '@gigraph/dev/stripe'
import { milestoneReleased, orderCancelled, orderCompleted } from '@gigraph/orders/events'
import { person, staff } from '@gigraph/shared/testing'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { closeDispute } from '../src/dispute/close-dispute.ts'
import { payments } from '../src/tables.ts'
import { type PaymentsWorld, startPaymentsWorld } from './payments-world.ts'
import { standInTool } from './stand-ins.ts'

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
    // Stripe keeps its fee.
    expect(await world.balance('platform_loss')).toBe(loss - 1_500)
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

describe('a chargeback of what was owed to the buyer already', () => {
  const clerk = staff('refunds:write')
  const Refund = 'mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) { userErrors { code } } }'
  const refund = async (paymentId: string, amountMinor?: number) => {
    const amount = amountMinor === undefined ? undefined : { amountMinor }
    const { refundPayment } = await world.payments
      .as(clerk)
      .query(Refund, { input: { paymentId, amount, reason: 'x' } })
    expect(refundPayment.userErrors).toEqual([])
    await world.settle()
  }
  const Seen =
    'query ($id: ID!) { payment(id: $id) { refunds { status } chargebacks { status amount { amountMinor } respondBy } } }'
  const seen = async (paymentId: string) =>
    (await world.payments.as(world.support).query(Seen, { id: paymentId })).payment
  const owedTo = (order: Order) => world.balance(`seller_receivable:${order.sellerId}`)

  it('takes that money and nothing of the seller’s; won, it is owed again', async () => {
    const owed = await world.balance('refunds_payable')
    const order = world.order()
    const paymentId = await world.pay(order, '4000 0000 0000 5126')
    await refund(paymentId)
    expect(await world.balance('refunds_payable')).toBe(owed + 12_500)
    const dispute = world.levers.openDispute(await intentOf(paymentId))
    await world.settle()
    expect([await world.balance('refunds_payable'), await owedTo(order), await held(order)]).toEqual([owed, 0, 12_500])
    expect(await seen(paymentId)).toMatchObject({
      refunds: [{ status: 'CALLED_OFF' }],
      chargebacks: [{ status: 'OPEN', amount: { amountMinor: 12_500 }, respondBy: expect.any(String) }],
    })
    world.levers.decideDispute(dispute.id, 'won')
    await world.settle()
    expect([await world.balance('refunds_payable'), await owedTo(order), await held(order)]).toEqual([
      owed + 12_500,
      0,
      0,
    ])
    expect((await seen(paymentId)).refunds).toEqual([{ status: 'RETRIED' }, { status: 'FAILED' }])
    expect((await seen(paymentId)).chargebacks).toMatchObject([{ status: 'WON' }])
  })

  it('that was on its way: when it fails, the seller who bore both has theirs again', async () => {
    const owed = await world.balance('refunds_payable')
    const order = world.order()
    const paymentId = await world.pay(order)
    await refund(paymentId, 5_000)
    const dispute = world.levers.openDispute(await intentOf(paymentId), { amount: 12_500 })
    await world.settle()
    expect(await owedTo(order)).toBe(-5_000)
    const [made] = (await world.context.stripe.refunds.list({ payment_intent: await intentOf(paymentId) })).data
    world.levers.failRefund(made?.id ?? '', 'charge_for_pending_refund_disputed')
    await world.settle()
    expect([await world.balance('refunds_payable'), await owedTo(order)]).toEqual([owed, 0])
    expect((await seen(paymentId)).refunds).toEqual([{ status: 'CALLED_OFF' }])
    world.levers.decideDispute(dispute.id, 'lost')
    await world.settle()
    expect([await owedTo(order), await held(order), await available(order)]).toEqual([0, 0, 0])
  })

  it('of a part: what is left goes back when the order is cancelled, also after the bank kept its part', async () => {
    const { order, paymentId, intent } = await paid()
    const dispute = world.levers.openDispute(intent, { amount: 2_500 })
    await world.settle()
    const facts = { ...world.facts(order), fault: 'SELLER' as const, refund: order.total }
    await world.payments.consume(orderCancelled, facts)
    world.levers.decideDispute(dispute.id, 'lost')
    await world.settle()
    expect(await world.balance(`escrow:${order.orderId}`)).toBe(0)
    expect((await seen(paymentId)).refunds).toHaveLength(1)
  })

  it('of a milestone that is accepted meanwhile: won, its seller is paid', async () => {
    const order = world.order({ milestoneId: world.context.makeId() })
    const paymentId = await world.pay(order)
    const dispute = world.levers.openDispute(await intentOf(paymentId))
    await world.settle()
    const { orderId, buyerId, sellerId, milestoneId, total: amount } = order
    const released = { orderId, buyerId, sellerId, milestoneId: milestoneId ?? '', amount }
    await world.payments.consume(milestoneReleased, released)
    world.levers.decideDispute(dispute.id, 'won')
    await world.settle()
    expect(await world.balance(`seller_pending:${sellerId}`)).toBe(11_250)
  })

  it('that was lost and is won on appeal comes back', async () => {
    const { order, paymentId, intent } = await paid()
    const dispute = world.levers.openDispute(intent)
    world.levers.decideDispute(dispute.id, 'lost')
    await world.settle()
    await world.inTransaction((tx) =>
      closeDispute(world.context, tx, { paymentId, disputeId: dispute.id, outcome: 'WON' }),
    )
    expect([await held(order), await world.balance(`escrow:${order.orderId}`)]).toEqual([0, 12_500])
  })
})

describe('a chargeback of money that was paid out', () => {
  /** Earned, cleared, and at the seller's bank. */
  const spent = async () => {
    const { order, intent } = await paid()
    await complete(order)
    world.clock.advance('15d')
    await world.settle()
    await world.onboard(order.seller)
    await world.payOut(order.seller, 11_250)
    await world.settle()
    return { order, intent }
  }
  const owed = (order: Order) => world.balance(`seller_receivable:${order.sellerId}`)
  const earnAgain = async ({ seller, sellerId }: Order) => {
    const order = { ...world.order({ sellerId }), seller }
    await world.pay(order)
    await complete(order)
  }

  it('leaves a debt, no negative balance; lost, the next earnings pay it', async () => {
    const { order, intent } = await spent()
    const dispute = world.levers.openDispute(intent)
    await world.settle()
    expect([await owed(order), await available(order), await held(order)]).toEqual([-11_250, 0, 12_500])
    world.levers.decideDispute(dispute.id, 'lost')
    await world.settle()
    expect([await owed(order), await held(order)]).toEqual([-11_250, 0])
    await earnAgain(order)
    expect(await owed(order)).toBe(0)
    expect(await world.balance(`seller_pending:${order.sellerId}`)).toBe(0)
  })

  it('won, the debt is gone', async () => {
    const { order, intent } = await spent()
    const dispute = world.levers.openDispute(intent)
    await world.settle()
    world.levers.decideDispute(dispute.id, 'won')
    await world.settle()
    expect([await owed(order), await available(order), await held(order)]).toEqual([0, 0, 0])
  })

  it('won after other earnings have paid the debt, the seller has the money', async () => {
    const { order, intent } = await spent()
    const dispute = world.levers.openDispute(intent)
    await world.settle()
    await earnAgain(order)
    world.levers.decideDispute(dispute.id, 'won')
    await world.settle()
    expect([await owed(order), await available(order)]).toEqual([0, 11_250])
  })

  it('calls off payouts that were not sent yet instead', async () => {
    const { order, intent } = await paid()
    await complete(order)
    world.clock.advance('15d')
    await world.settle()
    await world.onboard(order.seller)
    const payoutId = await world.payOut(order.seller, 5_000)
    world.levers.openDispute(intent)
    await world.stripe.webhooks.flush()
    await world.payments.service.runJob('process-waiting-webhooks', {})
    world.clock.advance('11m')
    await world.payments.service.runJob('process-waiting-webhooks', {})
    expect([await owed(order), await available(order), await held(order)]).toEqual([0, 0, 12_500])
    expect(await world.balance(`payout_reserve:${order.sellerId}`)).toBe(0)
    const failed = await world.payments.outbox('payout.failed')
    expect(failed.filter((event) => event.payoutId === payoutId)).toHaveLength(1)
    // Its job finds nothing to send.
    await world.settle()
    expect((await world.context.stripe.transfers.list({ transfer_group: payoutId })).data).toEqual([])
  })
})

describe('a chargeback of points', () => {
  const Buy = 'mutation { buyPoints(input: { pack: MEDIUM }) { checkout { url } payment { id } userErrors { code } } }'
  const bought = async () => {
    const buyer = person('CLIENT')
    const { buyPoints } = await world.payments.as(buyer).query(Buy)
    await payCheckout(buyPoints.checkout.url, { card: '4242424242424242' })
    await world.settle()
    return { buyer, intent: await intentOf(buyPoints.payment.id) }
  }
  const wallet = (userId: string) => world.balance(`points:${userId}`, 'PTS')

  it('takes them at once, and gives them back when it is won', async () => {
    const { buyer, intent } = await bought()
    const loss = await world.balance('platform_loss')
    world.stripe.webhooks.duplicate(4)
    const dispute = world.levers.openDispute(intent)
    await world.settle()
    expect(await wallet(buyer.id)).toBe(0)
    expect(await world.balance('stripe_disputed')).toBeLessThanOrEqual(-2_000)
    world.levers.decideDispute(dispute.id, 'won')
    await world.settle()
    expect(await wallet(buyer.id)).toBe(2_200)
    expect(await world.balance('platform_loss')).toBe(loss - 1_500)
    expect(await world.balance(`chargeback_reserve:${buyer.id}`)).toBe(0)
    const told = (await world.payments.outbox('points.debited')).filter(({ userId }) => userId === buyer.id)
    expect(told).toEqual([{ userId: buyer.id, points: 2_200, reason: 'CHARGEBACK' }])
  })

  it('takes what is left when some are spent; lost, the rest is the platform’s loss', async () => {
    const { buyer, intent } = await bought()
    const { toolId } = standInTool(person('TOOL_CREATOR').id, 200)
    const Use = 'mutation ($input: UseToolInput!) { useTool(input: $input) { userErrors { code } } }'
    await world.payments.as(buyer).query(Use, { input: { toolId } })
    const [loss, disputed] = [await world.balance('platform_loss'), await world.balance('stripe_disputed')]
    const dispute = world.levers.openDispute(intent)
    world.levers.decideDispute(dispute.id, 'lost')
    await world.settle()
    expect(await wallet(buyer.id)).toBe(0)
    expect(await world.balance('stripe_disputed')).toBe(disputed)
    // The bank took $20.00 and Stripe $15.00; the 2,000 points that were left were worth $20.00.
    expect(await world.balance('platform_loss')).toBe(loss - 1_500)
    expect(await world.balance(`chargeback_reserve:${buyer.id}`)).toBe(0)
  })
})
