import { payCheckout } from '@gigraph/dev/stripe'
import { orderCancelled, orderCompleted, orderExpired, orderResolved } from '@gigraph/orders/events'
import { usd } from '@gigraph/shared/money'
import { person } from '@gigraph/shared/testing'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { payments } from '../src/tables.ts'
import { CreateCheckout, type PaymentsWorld, startPaymentsWorld } from './payments-world.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await startPaymentsWorld()
})
afterAll(() => world.close())
afterEach(async () => {
  expect(await world.brokenInvariants()).toEqual([])
})

const ended = (order: ReturnType<PaymentsWorld['order']>) => world.facts(order)
const completed = (order: ReturnType<PaymentsWorld['order']>) => ({
  ...ended(order),
  onTime: true,
  firstWithBuyer: true,
})

describe('createCheckout', () => {
  it('opens a page for the amount that orders names; paid, the money is in escrow', async () => {
    const order = world.order()
    const { checkout, payment, userErrors } = await world.checkOut(order)
    expect(userErrors).toEqual([])
    expect(payment).toMatchObject({ status: 'PENDING', amount: { amountMinor: 12_500, currency: 'USD' } })
    const paid = await payCheckout(checkout.url, { card: '4242 4242 4242 4242' })
    expect(paid).toMatchObject({ paid: true, redirectUrl: `https://app.test/orders/${order.orderId}?checkout=success` })
    await world.settle()
    expect(await world.balance(`escrow:${order.orderId}`)).toBe(12_500)
    const succeeded = (await world.payments.outbox('payment.succeeded')).filter(
      (event) => event.orderId === order.orderId,
    )
    expect(succeeded).toEqual([
      {
        paymentId: payment.id,
        orderId: order.orderId,
        milestoneId: null,
        buyerId: order.buyerId,
        sellerId: order.sellerId,
        gigId: order.gigId,
        amount: usd(12_500),
      },
    ])
  })

  it('answers the same page to everybody, with one key or another, however many ask at once', async () => {
    const order = world.order()
    const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => world.checkOut(order, `key ${index}`)))
    expect(new Set(answers.map(({ checkout }) => checkout?.sessionId)).size).toBe(1)
    expect(await world.checkOut(order, 'key 0')).toEqual(answers[0])
  })

  it('refuses another order with the same key', async () => {
    const order = world.order()
    await world.checkOut(order, 'mine')
    const other = { ...world.order({ buyerId: order.buyerId }), buyer: order.buyer }
    expect((await world.checkOut(other, 'mine')).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }])
  })

  it('refuses what is paid, what orders refuses, strangers and nobody', async () => {
    const order = world.order()
    await world.pay(order)
    expect((await world.checkOut(order)).userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
    const refused = world.order({ payableReason: 'This order has expired.' })
    expect((await world.checkOut(refused)).userErrors).toMatchObject([
      { code: 'INVALID_STATE', message: 'This order has expired.' },
    ])
    const input = { orderId: world.order().orderId }
    const stranger = await world.payments.as(person('CLIENT')).run(CreateCheckout, { input })
    expect(stranger.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
    const nobody = await world.payments.anonymous.run(CreateCheckout, { input })
    expect(nobody.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    const bad = await world.payments.as(order.buyer).query(CreateCheckout, { input: { orderId: 'x' } })
    expect(bad.createCheckout.userErrors).toMatchObject([{ code: 'VALIDATION', field: ['input', 'orderId'] }])
  })

  it('paid twice at Stripe, it is booked once, and the second time goes back', async () => {
    const order = world.order()
    const paymentId = await world.pay(order)
    const { stripe } = world.context
    const second = await stripe.paymentIntents.create({
      ...{ amount: 12_500, currency: 'usd', payment_method: 'pm_card_visa', confirm: true, metadata: { paymentId } },
      return_url: 'https://app.test',
    })
    await world.settle()
    expect(await world.balance(`escrow:${order.orderId}`)).toBe(12_500)
    const refunds = await stripe.refunds.list({ payment_intent: second.id })
    expect(refunds.data).toMatchObject([{ amount: 12_500, status: 'succeeded' }])
  })

  it('says so when it is more than Stripe takes at once', async () => {
    const { userErrors } = await world.checkOut(world.order({ total: usd(1_000_000_00) }))
    expect(userErrors).toMatchObject([{ code: 'LIMIT_EXCEEDED', message: expect.stringContaining('$999,999.99') }])
  })

  it('opens a new page when the old one has expired, and another when the price has changed', async () => {
    const order = world.order()
    const first = (await world.checkOut(order)).checkout
    world.levers.expireSession(first.sessionId)
    world.clock.advance('32m')
    const second = await world.checkOut(order)
    expect(second.userErrors).toEqual([])
    expect(second.checkout.sessionId).not.toBe(first.sessionId)
    await world.settle()
    const { paid } = await payCheckout(second.checkout.url, { card: '4242 4242 4242 4242' })
    expect(paid).toBe(true)
    await world.settle()
    expect(await world.balance(`escrow:${order.orderId}`)).toBe(12_500)
  })

  it('asks Stripe again with the same key when its answer was lost', async () => {
    const order = world.order()
    world.stripe.requests.failNext('lose')
    expect((await world.checkOut(order)).userErrors).toEqual([])
    const sessions = await world.context.stripe.checkout.sessions.list({ limit: 100 })
    expect(sessions.data.filter(({ metadata }) => metadata?.orderId === order.orderId)).toHaveLength(1)
  })

  it('says so when Stripe does not answer; the same key works afterwards', async () => {
    const order = world.order()
    // As often as the SDK asks.
    world.stripe.requests.failNext('refuse', 3)
    const input = { orderId: order.orderId, idempotencyKey: 'again' }
    const failed = await world.payments.as(order.buyer).run(CreateCheckout, { input })
    expect(failed.errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }])
    // Long enough for the page's end to be too near for Stripe.
    world.clock.advance('40m')
    expect((await world.checkOut(order, 'again')).userErrors).toEqual([])
  })
})

describe('Stripe’s fee that is known later than the payment', () => {
  it('is booked when Stripe tells it, or when nobody told it', async () => {
    world.levers.setRules({ bookCharges: false })
    const [told, untold] = [await world.pay(world.order()), await world.pay(world.order())]
    world.levers.setRules({ bookCharges: true })
    const before = await world.balance('stripe_fee')
    const book = async (paymentId: string) => {
      const [row] = await world.context.db.select().from(payments).where(eq(payments.id, paymentId))
      world.levers.bookCharge(row?.intentId ?? '')
    }
    await book(told)
    await world.settle()
    expect(await world.balance('stripe_fee')).toBe(before - 393)
    world.stripe.webhooks.loseNext(10)
    await book(untold)
    world.stripe.webhooks.loseNext(0)
    world.clock.advance('2h')
    await world.payments.service.runJob('reconcile', {})
    await world.settle()
    expect(await world.balance('stripe_fee')).toBe(before - 786)
  })
})

describe('a declined card', () => {
  it('leaves the page open, says why, and tells orders', async () => {
    const order = world.order()
    const { checkout, payment } = await world.checkOut(order)
    const refused = await payCheckout(checkout.url, { card: '4000 0000 0000 0002' })
    expect(refused).toMatchObject({ paid: false })
    await world.settle()
    const Status = 'query ($id: ID!) { payment(id: $id) { status failureReason } }'
    const seen = await world.payments.as(order.buyer).query(Status, { id: payment.id })
    expect(seen.payment).toEqual({ status: 'PENDING', failureReason: 'Your card was declined.' })
    const asSeller = await world.payments.as(order.seller).query(Status, { id: payment.id })
    expect(asSeller.payment.failureReason).toBeNull()
    expect(await world.payments.outbox('payment.failed')).toContainEqual(
      expect.objectContaining({ orderId: order.orderId, reason: 'Your card was declined.' }),
    )
    await payCheckout(checkout.url, { card: '4000 0027 6000 3184' })
    await world.settle()
    expect(await world.balance(`escrow:${order.orderId}`)).toBe(12_500)
  })
})

describe('the end of an order', () => {
  it('completed: escrow to pending less the fee, after 14 days to available', async () => {
    const order = world.order()
    await world.pay(order)
    await world.payments.consume(orderCompleted, completed(order))
    const Balance =
      '{ _entities(representations: [{ __typename: "Viewer", id: "ID" }]) { ... on Viewer { balance { pending { amountMinor } available { amountMinor } nextReleases { amount { amountMinor } availableAt } } transactions(first: 5) { nodes { kind amount { amountMinor } fee { amountMinor } order { id } } } } } }'.replace(
        'ID',
        order.sellerId,
      )
    const ask = async () => (await world.payments.as(order.seller).query(Balance))._entities[0]
    expect(await ask()).toMatchObject({
      balance: { pending: { amountMinor: 11_250 }, nextReleases: [{ amount: { amountMinor: 11_250 } }] },
      transactions: {
        nodes: [
          {
            kind: 'EARNING',
            amount: { amountMinor: 11_250 },
            fee: { amountMinor: 1_250 },
            order: { id: order.orderId },
          },
        ],
      },
    })
    world.clock.advance('13d')
    await world.runJobs()
    expect((await ask()).balance.available.amountMinor).toBe(0)
    world.clock.advance('1d')
    await world.runJobs()
    expect(await ask()).toMatchObject({ balance: { pending: { amountMinor: 0 }, available: { amountMinor: 11_250 } } })
    expect(await world.payments.outbox('balance.released')).toContainEqual({
      sellerId: order.sellerId,
      amount: usd(11_250),
    })
  })

  it('cancelled: the buyer gets everything back, once', async () => {
    const order = world.order()
    const paymentId = await world.pay(order)
    const cancelled = { ...ended(order), fault: 'SELLER' as const, refund: usd(12_500) }
    const id = world.context.makeId()
    await Promise.all(Array.from({ length: 5 }, () => world.payments.consume(orderCancelled, cancelled, { id })))
    await world.settle()
    expect(await world.balance(`escrow:${order.orderId}`)).toBe(0)
    const refunded = await world.payments.outbox('payment.refunded')
    expect(refunded.filter((event) => event.paymentId === paymentId)).toMatchObject([
      { refunded: usd(12_500), remaining: usd(0) },
    ])
    const Seen =
      'query ($id: ID!) { payment(id: $id) { status refunded { amountMinor } refunds { status amount { amountMinor } } } }'
    expect((await world.payments.as(order.buyer).query(Seen, { id: paymentId })).payment).toEqual({
      status: 'REFUNDED',
      refunded: { amountMinor: 12_500 },
      refunds: [{ status: 'SUCCEEDED', amount: { amountMinor: 12_500 } }],
    })
  })

  it('resolved: both get their share, and the fee is of the seller’s share only', async () => {
    const order = world.order()
    await world.pay(order)
    await world.payments.consume(orderResolved, { ...ended(order), toSeller: usd(5_000), toBuyer: usd(7_500) })
    await world.settle()
    expect(await world.balance(`escrow:${order.orderId}`)).toBe(0)
    expect(await world.balance(`seller_pending:${order.sellerId}`)).toBe(4_500)
    expect(await world.balance('refunds_payable')).toBe(0)
  })

  it('expired: the page is closed; a payment that was faster goes back', async () => {
    const order = world.order()
    const { checkout } = await world.checkOut(order)
    await world.payments.consume(orderExpired, ended(order))
    await world.settle()
    expect(await payCheckout(checkout.url, { card: '4242 4242 4242 4242' })).toMatchObject({ paid: false })

    const faster = world.order()
    const page = await world.checkOut(faster)
    await payCheckout(page.checkout.url, { card: '4242 4242 4242 4242' })
    await world.payments.consume(orderExpired, ended(faster))
    await world.settle()
    expect(await world.balance(`escrow:${faster.orderId}`)).toBe(0)
    const refunded = await world.payments.outbox('payment.refunded')
    expect(refunded.filter((event) => event.orderId === faster.orderId)).toHaveLength(1)
  })
})
