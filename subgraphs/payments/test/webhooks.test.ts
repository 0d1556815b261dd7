import { createHmac } from 'node:crypto'
import { payCheckout } from '@gigraph/dev/stripe'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { webhookEvents } from '../src/tables.ts'
import { type PaymentsWorld, startPaymentsWorld, WEBHOOK_SECRET } from './payments-world.ts'

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

const body = JSON.stringify({
  id: 'evt_forged',
  object: 'event',
  type: 'payment_intent.succeeded',
  created: 1,
  livemode: false,
  data: { object: { id: 'pi_forged' } },
})

const signed = (text: string, { secret = WEBHOOK_SECRET, ageSeconds = 0 } = {}) => {
  const timestamp = Math.floor(world.clock.now().getTime() / 1_000) - ageSeconds
  return `t=${timestamp},v1=${createHmac('sha256', secret).update(`${timestamp}.${text}`).digest('hex')}`
}
const send = async (text: string, signature?: string) => {
  const headers = { 'content-type': 'application/json', ...(signature && { 'stripe-signature': signature }) }
  return (await fetch(world.webhookUrl, { method: 'POST', headers, body: text })).status
}
const stored = () => world.context.db.$count(webhookEvents)

describe('a webhook is refused with 400 and has no effect', () => {
  it.each([
    ['without a signature', () => send(body)],
    ['with garbage for a signature', () => send(body, 'garbage')],
    ["with another secret's signature", () => send(body, signed(body, { secret: 'whsec_other' }))],
    ['with an altered body', () => send(body.replace('evt_forged', 'evt_altered'), signed(body))],
    ['older than 300 seconds', () => send(body, signed(body, { ageSeconds: 301 }))],
    ['without a body', () => send('', signed(''))],
  ])('%s', async (_, act) => {
    const before = await stored()
    expect(await act()).toBe(400)
    expect(await stored()).toBe(before)
  })
})

describe('a signed webhook', () => {
  it('is stored before it is acknowledged, up to 300 seconds old', async () => {
    const text = body.replace('evt_forged', 'evt_kept').replace('payment_intent.succeeded', 'unknown.kind')
    expect(await send(text, signed(text, { ageSeconds: 299 }))).toBe(200)
    expect(await stored()).toBe(1)
    expect(await world.payments.outbox('process-webhook')).toContainEqual({ eventId: 'evt_kept' })
    await world.runJobs()
  })

  it('may be signed with any of the secrets: connected accounts have an endpoint of their own', async () => {
    const text = body.replace('evt_forged', 'evt_connected').replace('payment_intent.succeeded', 'unknown.kind')
    expect(await send(text, signed(text, { secret: 'whsec_connected_accounts' }))).toBe(200)
    expect(await world.payments.outbox('process-webhook')).toContainEqual({ eventId: 'evt_connected' })
    await world.runJobs()
  })

  it('about the other mode of Stripe is acknowledged and left alone', async () => {
    const before = await stored()
    const text = JSON.stringify({ ...JSON.parse(body), livemode: true })
    expect(await send(text, signed(text))).toBe(200)
    expect(await stored()).toBe(before)
  })

  it('about nothing that Stripe knows is given up after an hour', async () => {
    const createdAt = world.clock.now()
    const text = JSON.stringify({
      ...JSON.parse(body),
      id: 'evt_gone',
      created: Math.floor(createdAt.getTime() / 1_000),
    })
    expect(await send(text, signed(text))).toBe(200)
    const work = () => world.payments.service.runJob('process-webhook', { eventId: 'evt_gone' })
    await expect(work()).rejects.toThrow('No such payment_intent')
    world.clock.advance('61m')
    await work()
    const [event] = await world.context.db.select().from(webhookEvents).where(eq(webhookEvents.id, 'evt_gone'))
    expect(event?.processedAt).toEqual(world.clock.now())
    await world.runJobs()
  })

  it('has one effect when it comes ten times at once and is worked off ten times at once', async () => {
    const order = world.order()
    const { checkout, payment } = await world.checkOut(order)
    world.stripe.webhooks.duplicate(9)
    await payCheckout(checkout.url, { card: '4242424242424242' })
    await world.stripe.webhooks.flush()
    const events = await world.context.db.select().from(webhookEvents)
    await Promise.all(
      events.flatMap(({ id }) =>
        Array.from({ length: 10 }, () => world.payments.service.runJob('process-webhook', { eventId: id })),
      ),
    )
    await world.settle()
    expect(await world.balance(`escrow:${order.orderId}`)).toBe(12_500)
    const told = (await world.payments.outbox('payment.succeeded')).filter((event) => event.paymentId === payment.id)
    expect(told).toHaveLength(1)
  })

  it('that was lost is made up for: the overdue page is asked about', async () => {
    const order = world.order()
    const { checkout } = await world.checkOut(order)
    world.stripe.webhooks.loseNext(20)
    await payCheckout(checkout.url, { card: '4242424242424242' })
    world.stripe.webhooks.loseNext(0)
    await world.settle()
    expect(await world.balance(`escrow:${order.orderId}`)).toBe(0)
    world.clock.advance('45m')
    await world.payments.service.runJob('check-old-checkouts', {})
    expect(await world.balance(`escrow:${order.orderId}`)).toBe(12_500)
  })

  it('whose job was lost is found by the sweeper', async () => {
    const order = world.order()
    const { checkout } = await world.checkOut(order)
    await payCheckout(checkout.url, { card: '4242424242424242' })
    await world.stripe.webhooks.flush()
    await world.payments.service.runJob('process-waiting-webhooks', {})
    expect(await world.balance(`escrow:${order.orderId}`)).toBe(0)
    world.clock.advance('11m')
    await world.payments.service.runJob('process-waiting-webhooks', {})
    expect(await world.balance(`escrow:${order.orderId}`)).toBe(12_500)
    await world.runJobs()
  })
})

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length <= 1
    ? [[...items]]
    : items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]))

const KINDS = [
  'checkout.session.completed',
  'payment_intent.succeeded',
  'refund.created',
  'charge.dispute.created',
] as const

describe('the events of one payment, each ten times at once and three days late', () => {
  it.each(permutations(KINDS).map((order) => ({ order })))('end the same: $order', async ({ order: kinds }) => {
    const order = world.order()
    const { checkout, payment } = await world.checkOut(order)
    world.stripe.webhooks.loseNext(1_000)
    await payCheckout(checkout.url, { card: '4242424242424242' })
    const session = await world.context.stripe.checkout.sessions.retrieve(checkout.sessionId)
    const intent = String(session.payment_intent)
    await world.context.stripe.refunds.create({ payment_intent: intent, amount: 2_500 })
    world.levers.openDispute(intent, { amount: 10_000 })
    world.stripe.webhooks.loseNext(0)
    world.clock.advance('3d')
    const { data: newest } = await world.context.stripe.events.list({ limit: 20 })
    for (const kind of kinds) {
      const text = JSON.stringify(newest.find(({ type }) => type === kind))
      const answers = await Promise.all(Array.from({ length: 10 }, () => send(text, signed(text))))
      expect(new Set(answers)).toEqual(new Set([200]))
      await world.runJobs()
    }
    expect(await world.balance(`escrow:${order.orderId}`)).toBe(0)
    expect(await world.balance(`chargeback_reserve:${order.sellerId}`)).toBe(10_000)
    const Seen = 'query ($id: ID!) { payment(id: $id) { status refunded { amountMinor } refunds { status } } }'
    const { payment: seen } = await world.payments.as(order.buyer).query(Seen, { id: payment.id })
    expect(seen).toEqual({
      status: 'PARTIALLY_REFUNDED',
      refunded: { amountMinor: 2_500 },
      refunds: [{ status: 'SUCCEEDED' }],
    })
  })
})
