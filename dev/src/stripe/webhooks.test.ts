import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { backoffMs } from './delivery.ts'
import { pay, startReceiver, startWithClient, WEBHOOK_SECRET } from './stripe-fixture.ts'

let receiver: Awaited<ReturnType<typeof startReceiver>>
let world: Awaited<ReturnType<typeof startWithClient>>

beforeEach(async () => {
  receiver = await startReceiver()
  const retry = { attempts: 3, firstMs: 60_000, longestMs: 60_000 }
  world = await startWithClient({ webhookUrl: receiver.url, retry })
})

afterEach(async () => {
  await world.emulator.close()
  await receiver.close()
})

const customer = () => world.stripe.customers.create({ name: 'Ada' })

describe('webhooks', () => {
  it('carry a signature that the SDK accepts, over the envelope of the current API version', async () => {
    const { id } = await customer()
    await world.emulator.webhooks.flush()
    const [first] = receiver.received
    if (!first) throw new Error('nothing arrived')
    const event = await world.stripe.webhooks.constructEventAsync(first.body, first.signature, WEBHOOK_SECRET)
    expect(event).toMatchObject({
      type: 'customer.created',
      api_version: Stripe.API_VERSION,
      data: { object: { id, object: 'customer' } },
      livemode: false,
    })
    expect(event.request?.id).toMatch(/^req_/)
  })

  it.each([
    ['another secret', (body: string) => body, 'whsec_other'],
    ['a changed body', (body: string) => body.replace('Ada', 'Eve'), WEBHOOK_SECRET],
  ])('are refused by the SDK with %s', async (_name, change, secret) => {
    await customer()
    await world.emulator.webhooks.flush()
    const { body = '', signature = '' } = receiver.received[0] ?? {}
    await expect(world.stripe.webhooks.constructEventAsync(change(body), signature, secret)).rejects.toBeInstanceOf(
      Stripe.errors.StripeSignatureVerificationError,
    )
  })

  it('leave by themselves, and the event is marked as delivered', async () => {
    await customer()
    await vi.waitFor(() => expect(receiver.types()).toEqual(['customer.created']), { timeout: 5_000 })
    await vi.waitFor(async () => {
      expect((await world.stripe.events.list()).data[0]?.pending_webhooks).toBe(0)
    })
  })

  it('are repeated until the receiver answers 2xx', async () => {
    receiver.answerWith((count) => (count < 3 ? 503 : 204))
    await customer()
    await world.emulator.webhooks.flush()
    expect(world.emulator.webhooks.results()).toMatchObject([
      { attempt: 1, status: 503, delivered: false },
      { attempt: 2, status: 503, delivered: false },
      { attempt: 3, status: 204, delivered: true },
    ])
    expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBe(1)
  })

  it('are given up after the last try; the event stays listed as not delivered', async () => {
    receiver.answerWith(() => 500)
    await customer()
    await world.emulator.webhooks.flush()
    expect(receiver.received).toHaveLength(3)
    expect(world.emulator.webhooks.pending()).toBe(0)
    expect((await world.stripe.events.list({ delivery_success: false })).data).toHaveLength(1)
  })

  it('do not follow a redirect: that counts as failed', async () => {
    receiver.answerWith((count) => (count === 1 ? 302 : 200))
    await customer()
    await world.emulator.webhooks.flush()
    expect(world.emulator.webhooks.results().map(({ status }) => status)).toEqual([302, 200])
  })

  it('arrive twice when duplicated', async () => {
    world.emulator.webhooks.duplicate(2)
    await customer()
    await world.emulator.webhooks.flush()
    expect(receiver.received).toHaveLength(3)
    expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBe(1)
  })

  it('wait when delayed, and leave with flush', async () => {
    world.emulator.webhooks.delay(3_600_000)
    await customer()
    expect(world.emulator.webhooks.pending()).toBe(1)
    expect(receiver.received).toHaveLength(0)
    await world.emulator.webhooks.flush()
    expect(receiver.received).toHaveLength(1)
  })

  it('leave in another order when shuffled', async () => {
    world.emulator.webhooks.shuffle(true)
    world.emulator.webhooks.pause()
    const made: string[] = []
    for (let index = 0; index < 20; index++) made.push((await customer()).id)
    await world.emulator.webhooks.flush()
    const arrived = receiver.received.map(({ event }) => (event.data.object as Stripe.Customer).id)
    expect(arrived.toSorted()).toEqual(made.toSorted())
    // Parallel posting alone moves an event by three places; hardly any order of twenty stays within that.
    expect(arrived.some((id, index) => Math.abs(made.indexOf(id) - index) > 3)).toBe(true)
  })

  it('survive a broken network, and are missing when lost', async () => {
    const { webhooks } = world.emulator
    webhooks.failNext(2)
    await customer()
    await webhooks.flush()
    expect(webhooks.results().map(({ status }) => status)).toEqual([null, null, 200])
    webhooks.loseNext()
    await pay(world.stripe, 500)
    await webhooks.flush()
    expect(receiver.types()).not.toContain('payment_intent.created')
    expect(receiver.types()).toContain('payment_intent.succeeded')
    const listed = await world.stripe.events.list({ types: ['payment_intent.*'] })
    expect(listed.data.map(({ type }) => type)).toEqual(['payment_intent.succeeded', 'payment_intent.created'])
  })

  it('are repeated by themselves after a growing pause', async () => {
    const retry = { attempts: 5, firstMs: 20, longestMs: 60 }
    const other = await startWithClient({ webhookUrl: receiver.url, retry })
    try {
      receiver.answerWith((count) => (count < 4 ? 500 : 200))
      await other.stripe.customers.create({ name: 'Ada' })
      await vi.waitFor(() => expect(other.emulator.webhooks.results().at(-1)?.delivered).toBe(true), { timeout: 5_000 })
      expect(other.emulator.webhooks.results().map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4])
      expect([1, 2, 3, 4].map((attempt) => backoffMs(retry, attempt))).toEqual([20, 40, 60, 60])
    } finally {
      await other.emulator.close()
    }
  })

  it('can be sent again', async () => {
    await customer()
    await world.emulator.webhooks.flush()
    world.emulator.webhooks.resend(receiver.received[0]?.event.id ?? '')
    await world.emulator.webhooks.flush()
    expect(receiver.received).toHaveLength(2)
  })
})
