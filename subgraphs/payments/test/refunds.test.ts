import { orderCompleted } from '@gigraph/orders/events'
import { person, staff } from '@gigraph/shared/testing'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openBalances } from '../src/internal.ts'
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

  it('by a seller takes no more than they have: what was paid out is for staff to claim', async () => {
    const order = world.order()
    const paymentId = await world.pay(order)
    await complete(order)
    world.clock.advance('15d')
    await world.settle()
    await world.onboard(order.seller)
    await world.payOut(order.seller, 10_000)
    await world.settle()
    const bySeller = async (amountMinor: number) => {
      const input = { paymentId, reason: 'Sorry', amount: { amountMinor } }
      return (await world.payments.as(order.seller).query(Refund, { input })).refundPayment
    }
    const answers = await Promise.all([bySeller(12_500), bySeller(2_000)])
    expect(answers[0].userErrors).toMatchObject([{ code: 'INSUFFICIENT_FUNDS', field: ['input', 'amount'] }])
    // 1,250 are left to the seller, and the fee goes back with them.
    expect(answers[1].userErrors).toMatchObject([{ code: 'INSUFFICIENT_FUNDS' }])
    expect((await bySeller(1_000)).userErrors).toEqual([])
    await world.settle()
    expect(await world.balance(`seller_receivable:${order.sellerId}`)).toBe(0)
    expect(await refundsAtStripe(paymentId)).toBe(1_000)
  })

  it('is asked for once also when the answer got lost and Stripe has forgotten the key', async () => {
    const paymentId = await world.pay(world.order())
    world.stripe.webhooks.loseNext(20)
    const { refund: decided } = await refund(paymentId, 1_000)
    world.stripe.requests.failNext('lose', 3)
    await expect(world.payments.service.runJob('issue-refund', { refundId: decided.id })).rejects.toThrow()
    world.stripe.webhooks.loseNext(0)
    world.clock.advance('25h')
    await world.payments.service.runJob('issue-waiting-refunds', {})
    await world.settle()
    expect(await refundsAtStripe(paymentId)).toBe(1_000)
    const Seen = 'query ($id: ID!) { payment(id: $id) { refunds { status } } }'
    const { payment } = await world.payments.as(world.support).query(Seen, { id: paymentId })
    expect(payment.refunds).toEqual([{ status: 'SUCCEEDED' }])
  })

  it('stays owed when the bank sends it back', async () => {
    const owed = await world.balance('refunds_payable')
    const order = world.order()
    const paymentId = await world.pay(order, '4000 0000 0000 5126')
    await refund(paymentId, 1_000)
    await world.settle()
    // Their account is not deleted meanwhile: nobody would know any more whom to pay.
    const obligations = await world.payments.service.procedure(openBalances.name, { userId: order.buyerId }, 'test')
    expect(obligations).toEqual({ money: [{ amountMinor: 1_000, currency: 'USD' }], points: 0 })
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
    expect(await codes({ ...clerk, id: order.buyerId })).toBe('FORBIDDEN')
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

describe('a failed refund', () => {
  const Failed =
    'query { refunds(states: [FAILED], first: 100) { nodes { id failureReason payment { id } amount { amountMinor } } } }'
  const Settle =
    'mutation ($input: SettleRefundInput!) { settleRefund(input: $input) { refund { id status settlementNote } userErrors { code } } }'
  const Retry =
    'mutation ($input: RetryRefundInput!) { retryRefund(input: $input) { refund { id status } userErrors { code } } }'
  const Seen =
    'query ($id: ID!) { payment(id: $id) { status refunded { amountMinor } refunds { status settlementNote } } }'
  const seen = async (paymentId: string, as: ReturnType<typeof person>) =>
    (await world.payments.as(as).query(Seen, { id: paymentId })).payment
  const failed = async (order: Order, amountMinor: number) => {
    const paymentId = await world.pay(order)
    const { refund: decided } = await refund(paymentId, amountMinor)
    await world.settle()
    const [made] = (await world.context.stripe.refunds.list({ limit: 1 })).data
    world.levers.failRefund(made?.id ?? '')
    await world.settle()
    return { paymentId, input: { refundId: decided.id, note: 'Bank transfer 4711' } }
  }

  it('is listed for staff, and tried again: the buyer gets the money once', async () => {
    const order = world.order()
    const owed = await world.balance('refunds_payable')
    const { paymentId, input } = await failed(order, 1_000)
    const { nodes } = (await world.payments.as(world.support).query(Failed)).refunds
    const mine = nodes.filter(({ payment }: { payment: { id: string } }) => payment.id === paymentId)
    expect(mine).toMatchObject([{ failureReason: 'expired_or_canceled_card', amount: { amountMinor: 1_000 } }])
    const answers = await Promise.all([1, 2, 3].map(() => world.payments.as(clerk).query(Retry, { input })))
    expect(answers.filter(({ retryRefund }) => retryRefund.refund?.status === 'PENDING')).toHaveLength(1)
    await world.settle()
    expect(await seen(paymentId, world.support)).toMatchObject({
      ...{ status: 'PARTIALLY_REFUNDED', refunded: { amountMinor: 1_000 } },
      refunds: [{ status: 'RETRIED' }, { status: 'SUCCEEDED' }],
    })
    expect(await world.balance('refunds_payable')).toBe(owed)
    const told = (await world.payments.outbox('payment.refunded')).filter((event) => event.paymentId === paymentId)
    expect(told).toHaveLength(1)
    // Stripe's old word of the failed one, and the look at all movements, change nothing any more.
    world.clock.advance('2h')
    await world.payments.service.runJob('reconcile', {})
    await world.settle()
    expect((await seen(paymentId, world.support)).refunds).toMatchObject([
      { status: 'RETRIED' },
      { status: 'SUCCEEDED' },
    ])
  })

  it('is settled when staff paid it in another way; not by its buyer, and once', async () => {
    const order = world.order()
    const [owed, elsewhere] = [await world.balance('refunds_payable'), await world.balance('paid_elsewhere')]
    const { paymentId, input } = await failed(order, 12_500)
    const ownClerk = { ...clerk, id: order.buyerId }
    for (const [viewer, code] of [
      [ownClerk, 'FORBIDDEN'],
      [order.seller, 'FORBIDDEN'],
      [null, 'UNAUTHENTICATED'],
    ] as const)
      expect((await world.payments.as(viewer).run(Settle, { input })).errors).toMatchObject([{ extensions: { code } }])
    const settled = await world.payments.as(clerk).query(Settle, { input })
    expect(settled.settleRefund).toMatchObject({ refund: { status: 'PAID_ELSEWHERE', settlementNote: input.note } })
    for (const Again of [Settle, Retry]) {
      const answer = Object.values(await world.payments.as(clerk).query(Again, { input }))[0]
      expect(answer).toMatchObject({ userErrors: [{ code: 'INVALID_STATE' }] })
    }
    expect(await seen(paymentId, order.buyer)).toEqual({
      ...{ status: 'REFUNDED', refunded: { amountMinor: 12_500 } },
      refunds: [{ status: 'PAID_ELSEWHERE', settlementNote: null }],
    })
    expect(await world.balance('refunds_payable')).toBe(owed)
    expect(await world.balance('paid_elsewhere')).toBe(elsewhere + 12_500)
    const told = (await world.payments.outbox('payment.refunded')).filter((event) => event.paymentId === paymentId)
    expect(told).toMatchObject([{ refunded: { amountMinor: 12_500 }, remaining: { amountMinor: 0 } }])
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
