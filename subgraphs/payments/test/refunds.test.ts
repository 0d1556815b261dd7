import { orderCompleted } from '@gigraph/orders/events'
import { person, staff } from '@gigraph/shared/testing'
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
  expect(await world.brokenInvariants()).toEqual([])
})

type Order = ReturnType<PaymentsWorld['order']>
const Refund =
  'mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) { refund { id status reason amount { amountMinor } payment { id } } userErrors { code field } } }'
const clerk = staff('refunds:write')
const refund = async (paymentId: string, amountMinor?: number, idempotencyKey?: string) => {
  const amount = amountMinor === undefined ? undefined : { amountMinor }
  const input = { paymentId, amount, reason: 'Goodwill', idempotencyKey }
  return (await world.payments.as(clerk).query(Refund, { input })).refundPayment
}
const complete = (order: Order) =>
  world.payments.consume(orderCompleted, { ...world.facts(order), onTime: true, firstWithBuyer: false })
const refundsAtStripe = async (paymentId: string) => {
  const all = await world.context.stripe.refunds.list({ limit: 100 })
  return all.data
    .filter(({ metadata }) => metadata?.paymentId === paymentId)
    .reduce((sum, { amount }) => sum + amount, 0)
}

describe('refundPayment', () => {
  it('gives back from escrow; the rest is earned', async () => {
    const order = world.order()
    const paymentId = await world.pay(order)
    expect(await refund(paymentId, 2_500)).toMatchObject({
      refund: { status: 'PENDING', amount: { amountMinor: 2_500 }, payment: { id: paymentId } },
      userErrors: [],
    })
    await world.settle()
    await complete(order)
    expect(await world.balance(`seller_pending:${order.sellerId}`)).toBe(9_000)
    expect(await refundsAtStripe(paymentId)).toBe(2_500)
  })

  it('never gives back more than was paid, however many ask at once', async () => {
    const paymentId = await world.pay(world.order())
    const answers = await Promise.all(Array.from({ length: 20 }, () => refund(paymentId, 3_000)))
    expect(answers.filter((answer) => answer.refund)).toHaveLength(4)
    expect(answers.filter(({ userErrors }) => userErrors[0]?.code === 'LIMIT_EXCEEDED')).toHaveLength(16)
    await world.settle()
    expect(await refundsAtStripe(paymentId)).toBe(12_000)
    expect((await refund(paymentId)).refund.amount.amountMinor).toBe(500)
    await world.settle()
    expect((await refund(paymentId)).userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
  })

  it('takes back what the seller has earned: first of this order, then what is available; the fee goes back too', async () => {
    const order = world.order()
    const paymentId = await world.pay(order)
    await complete(order)
    await refund(paymentId, 5_000)
    expect(await world.balance(`seller_pending:${order.sellerId}`)).toBe(6_750)
    world.clock.advance('15d')
    await world.settle()
    expect(await world.balance(`seller_available:${order.sellerId}`)).toBe(6_750)
    await refund(paymentId, 5_000)
    await world.settle()
    expect(await world.balance(`seller_available:${order.sellerId}`)).toBe(2_250)
  })

  it('leaves a debt when the money is gone, which the next earnings pay', async () => {
    const first = world.order()
    const paymentId = await world.pay(first)
    await complete(first)
    world.clock.advance('15d')
    await world.settle()
    // The seller had everything paid out.
    const Onboard = 'mutation { startPayoutOnboarding { onboarding { url } userErrors { code } } }'
    await world.payments.as(first.seller).query(Onboard)
    const accounts = await world.context.stripe.accounts.list({ limit: 1 })
    world.levers.completeOnboarding(accounts.data[0]?.id ?? '')
    world.levers.topUp(100_000, 'usd')
    await world.settle()
    const Payout = 'mutation { requestPayout(input: { amount: { amountMinor: 11250 } }) { userErrors { code } } }'
    expect((await world.payments.as(first.seller).query(Payout)).requestPayout.userErrors).toEqual([])
    await world.settle()

    await refund(paymentId)
    await world.settle()
    expect(await world.balance(`seller_receivable:${first.sellerId}`)).toBe(-11_250)
    const second = { ...world.order({ sellerId: first.sellerId, total: { amountMinor: 20_000, currency: 'USD' } }) }
    await world.pay(second)
    await complete(second)
    expect(await world.balance(`seller_receivable:${first.sellerId}`)).toBe(0)
    expect(await world.balance(`seller_pending:${first.sellerId}`)).toBe(18_000 - 11_250)
  })

  it('is once per key', async () => {
    const paymentId = await world.pay(world.order())
    const first = await refund(paymentId, 100, 'once')
    expect((await refund(paymentId, 100, 'once')).refund.id).toBe(first.refund.id)
    expect((await refund(paymentId, 200, 'once')).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }])
    await world.settle()
    expect(await refundsAtStripe(paymentId)).toBe(100)
  })

  it('stays owed when the bank sends it back', async () => {
    const owed = await world.balance('refunds_payable')
    const paymentId = await world.pay(world.order(), '4000 0000 0000 5126')
    await refund(paymentId, 1_000)
    await world.settle()
    const Seen = 'query ($id: ID!) { payment(id: $id) { status refunded { amountMinor } refunds { status } } }'
    const { payment } = await world.payments.as(world.support).query(Seen, { id: paymentId })
    expect(payment).toEqual({ status: 'SUCCEEDED', refunded: { amountMinor: 0 }, refunds: [{ status: 'FAILED' }] })
    expect(await world.balance('refunds_payable')).toBe(owed + 1_000)
  })

  it('is for the seller and staff; the buyer may not, others do not find it', async () => {
    const order = world.order()
    const paymentId = await world.pay(order)
    const input = { paymentId, reason: 'x', amount: { amountMinor: 100 } }
    const codes = async (viewer: ReturnType<typeof person> | null) =>
      (await world.payments.as(viewer).run(Refund, { input })).errors?.[0]?.extensions?.code
    expect(await codes(order.buyer)).toBe('FORBIDDEN')
    expect(await codes(staff('payments:read'))).toBe('FORBIDDEN')
    expect(await codes(person('CLIENT', 'FREELANCER'))).toBe('NOT_FOUND')
    expect(await codes(null)).toBe('UNAUTHENTICATED')
    expect(await codes(order.seller)).toBeUndefined()
    const silent = await world.payments.as(order.seller).query(Refund, { input: { ...input, reason: ' ' } })
    expect(silent.refundPayment.userErrors).toMatchObject([{ code: 'VALIDATION', field: ['input', 'reason'] }])
    const foreign = { ...input, amount: { amountMinor: 100, currency: 'EUR' } }
    const other = await world.payments.as(order.seller).query(Refund, { input: foreign })
    expect(other.refundPayment.userErrors).toMatchObject([{ code: 'VALIDATION', field: ['input', 'amount'] }])
    await world.settle()
  })
})

describe('requestRefund', () => {
  const Request =
    'mutation ($input: RequestRefundInput!) { requestRefund(input: $input) { refundRequest { id status order { id } } userErrors { code } } }'
  const Decline =
    'mutation ($input: DeclineRefundRequestInput!) { declineRefundRequest(input: $input) { refundRequest { status answer } userErrors { code } } }'
  const Seen =
    'query ($order: _Any!) { _entities(representations: [$order]) { ... on Order { refundRequests { id status } refunds { amount { amountMinor } } payment { id } } } }'
  const ask = async (order: Order, as = order.buyer) =>
    (await world.payments.as(as).query(Request, { input: { orderId: order.orderId, reason: 'Late' } })).requestRefund

  it('is granted by a refund', async () => {
    const order = world.order()
    const paymentId = await world.pay(order)
    expect(await ask(order)).toMatchObject({ refundRequest: { status: 'OPEN', order: { id: order.orderId } } })
    expect((await ask(order)).userErrors).toMatchObject([{ code: 'ALREADY_EXISTS' }])
    await refund(paymentId)
    await world.settle()
    const variables = { order: { __typename: 'Order', id: order.orderId } }
    for (const viewer of [order.buyer, order.seller, world.support])
      expect((await world.payments.as(viewer).query(Seen, variables))._entities).toMatchObject([
        {
          refundRequests: [{ status: 'GRANTED' }],
          refunds: [{ amount: { amountMinor: 12_500 } }],
          payment: { id: paymentId },
        },
      ])
    for (const viewer of [person('CLIENT'), null])
      expect((await world.payments.as(viewer).query(Seen, variables))._entities).toEqual([
        { refundRequests: [], refunds: [], payment: null },
      ])
    expect((await ask(order)).userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
  })

  it('is declined by the seller; only the buyer asks, only seller and staff answer', async () => {
    const order = world.order()
    await world.pay(order)
    const { refundRequest } = await ask(order)
    const input = { refundRequestId: refundRequest.id, answer: 'It was delivered.' }
    expect((await world.payments.as(order.buyer).run(Decline, { input })).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ])
    expect((await world.payments.as(person()).run(Decline, { input })).errors).toMatchObject([
      { extensions: { code: 'NOT_FOUND' } },
    ])
    const declined = await world.payments.as(order.seller).query(Decline, { input })
    expect(declined.declineRefundRequest).toMatchObject({ refundRequest: { status: 'DECLINED' }, userErrors: [] })
    const again = await world.payments.as(order.seller).query(Decline, { input })
    expect(again.declineRefundRequest.userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
    const bySeller = { input: { orderId: order.orderId, reason: 'x' } }
    expect((await world.payments.as(order.seller).run(Request, bySeller)).errors).toMatchObject([
      { extensions: { code: 'NOT_FOUND' } },
    ])
  })
})

describe('a refund that somebody made at Stripe', () => {
  const intentOf = async (paymentId: string) => {
    const [row] = await world.context.db.select().from(payments).where(eq(payments.id, paymentId))
    return row?.intentId ?? ''
  }
  const make = async (paymentId: string, amount: number) => {
    await world.context.stripe.refunds.create({ payment_intent: await intentOf(paymentId), amount })
    await world.settle()
  }
  afterEach(() => world.stripe.webhooks.duplicate(0))

  it('is booked once, however often and by however many events it is told', async () => {
    const order = world.order()
    const paymentId = await world.pay(order)
    world.stripe.webhooks.duplicate(4)
    await make(paymentId, 2_500)
    const told = (await world.payments.outbox('payment.refunded')).filter((event) => event.paymentId === paymentId)
    expect(told).toMatchObject([{ refunded: { amountMinor: 2_500 }, remaining: { amountMinor: 10_000 } }])
    await complete(order)
    expect(await world.balance(`seller_pending:${order.sellerId}`)).toBe(9_000)
    await make(paymentId, 5_000)
    expect(await world.balance(`seller_pending:${order.sellerId}`)).toBe(4_500)
    expect(await refundsAtStripe(paymentId)).toBe(0)
  })

  it('of more than is left here is left to people', async () => {
    const paymentId = await world.pay(world.order())
    // Decided here, not told to Stripe yet.
    await refund(paymentId, 10_000)
    await world.context.stripe.refunds.create({ payment_intent: await intentOf(paymentId), amount: 5_000 })
    await world.stripe.webhooks.flush()
    world.clock.advance('11m')
    await world.payments.service.runJob('process-waiting-webhooks', {})
    const Seen = 'query ($id: ID!) { payment(id: $id) { refunds { amount { amountMinor } } } }'
    const { payment } = await world.payments.as(world.support).query(Seen, { id: paymentId })
    expect(payment.refunds).toEqual([{ amount: { amountMinor: 10_000 } }])
  })
})
