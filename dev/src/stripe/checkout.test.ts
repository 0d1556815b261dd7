import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { payCheckout } from './pay-checkout.ts'
import { sessionParams, startReceiver, startWithClient } from './stripe-fixture.ts'

let receiver: Awaited<ReturnType<typeof startReceiver>>
let world: Awaited<ReturnType<typeof startWithClient>>

beforeAll(async () => {
  receiver = await startReceiver()
  world = await startWithClient({ webhookUrl: receiver.url })
})

afterAll(async () => {
  await world.emulator.close()
  await receiver.close()
})

const newSession = async (amount?: number) => {
  const session = await world.stripe.checkout.sessions.create(sessionParams(amount))
  return { session, url: session.url ?? '' }
}

describe('a checkout session', () => {
  it('is paid on its page and leads back to the shop', async () => {
    const { session, url } = await newSession()
    expect(session).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      payment_intent: null,
      amount_total: 12_500,
    })
    expect(session.id).toMatch(/^cs_test_/)
    const page = await (await fetch(url)).text()
    expect(page).toContain('Logo &lt;design&gt;')
    expect(page).toContain('$125.00')
    const result = await payCheckout(url, { card: '4242 4242 4242 4242', email: 'ada@example.test' })
    expect(result).toEqual({
      paid: true,
      redirectUrl: `https://shop.test/paid?session=${session.id}`,
      challenged: false,
    })
    const paid = await world.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent.latest_charge.balance_transaction', 'line_items'],
    })
    expect(paid).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      customer_details: { email: 'ada@example.test' },
    })
    expect(paid.line_items?.data[0]).toMatchObject({ description: 'Logo <design>', amount_total: 12_500 })
    expect(paid.payment_intent).toMatchObject({
      status: 'succeeded',
      metadata: { order: 'order-1' },
      latest_charge: { status: 'succeeded', balance_transaction: { amount: 12_500, fee: 393, net: 12_107 } },
    })
    await world.emulator.webhooks.flush()
    expect(receiver.types()).toEqual(
      expect.arrayContaining(['checkout.session.completed', 'payment_intent.succeeded', 'charge.succeeded']),
    )
  })

  it('lists its items in the order in which they were given', async () => {
    const params = sessionParams()
    const items = ['First', 'Second', 'Third'].map((name) => ({
      price_data: { currency: 'usd', unit_amount: 100, product_data: { name } },
      quantity: 2,
    }))
    const session = await world.stripe.checkout.sessions.create({ ...params, line_items: items })
    const listed = await world.stripe.checkout.sessions.listLineItems(session.id)
    expect(listed.data.map((item) => item.description)).toEqual(['First', 'Second', 'Third'])
    expect(session.amount_total).toBe(600)
  })

  it.each([
    ['4000000000000002', 'card_declined', 'generic_decline'],
    ['4000000000009995', 'card_declined', 'insufficient_funds'],
    ['4000000000000069', 'expired_card', null],
    ['4012888888881881', 'card_declined', 'test_mode_live_card'],
    ['4242424242424241', 'incorrect_number', null],
  ])('stays open when card %s is refused', async (card, code, declineCode) => {
    const { session, url } = await newSession()
    expect(await payCheckout(url, { card })).toMatchObject({ paid: false, code, declineCode })
    expect((await world.stripe.checkout.sessions.retrieve(session.id)).status).toBe('open')
    expect(await payCheckout(url, { card: '4242424242424242' })).toMatchObject({ paid: true })
  })

  it('refuses an expiry in the past and a short security code before any try', async () => {
    const { url } = await newSession()
    const card = '4242424242424242'
    expect(await payCheckout(url, { card, expiry: '01 / 20' })).toMatchObject({
      code: 'invalid_expiry_year',
      status: 400,
    })
    expect(await payCheckout(url, { card, cvc: '1' })).toMatchObject({ code: 'invalid_cvc', status: 400 })
  })

  it('uses one intent for a declined try and the next one', async () => {
    const { session, url } = await newSession(7_777)
    await payCheckout(url, { card: '4000000000000002' })
    await payCheckout(url, { card: '4242424242424242' })
    const intents = (await world.stripe.paymentIntents.list({ limit: 100 })).data.filter(
      ({ amount }) => amount === 7_777,
    )
    expect(intents).toHaveLength(1)
    const paid = await world.stripe.checkout.sessions.retrieve(session.id)
    expect(paid.payment_intent).toBe(intents[0]?.id)
    const charges = await world.stripe.charges.list({ payment_intent: intents[0]?.id ?? '' })
    expect(charges.data.map(({ status }) => status)).toEqual(['succeeded', 'failed'])
  })

  it('asks the bank for a 3-D Secure card and obeys the answer', async () => {
    const { session, url } = await newSession()
    expect(await payCheckout(url, { card: '4000002500003155', challenge: 'fail' })).toMatchObject({
      paid: false,
      challenged: true,
      code: 'payment_intent_authentication_failure',
    })
    expect((await world.stripe.checkout.sessions.retrieve(session.id)).status).toBe('open')
    expect(await payCheckout(url, { card: '4000002500003155', challenge: 'approve' })).toMatchObject({
      paid: true,
      challenged: true,
    })
    expect((await world.stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid')
  })

  it('takes no money after it expired, and says so', async () => {
    const { session, url } = await newSession()
    await world.stripe.checkout.sessions.expire(session.id)
    expect(await payCheckout(url, { card: '4242424242424242' })).toMatchObject({ paid: false, status: 410 })
    await expect(world.stripe.checkout.sessions.expire(session.id)).rejects.toMatchObject({ statusCode: 400 })
    await world.emulator.webhooks.flush()
    expect(receiver.types()).toContain('checkout.session.expired')
  })

  it('is charged once when the form is sent many times at once', async () => {
    const { session, url } = await newSession(4_321)
    const results = await Promise.all(Array.from({ length: 10 }, () => payCheckout(url, { card: '4242424242424242' })))
    expect(results.every(({ paid }) => paid)).toBe(true)
    const { payment_intent: intent } = await world.stripe.checkout.sessions.retrieve(session.id)
    expect((await world.stripe.charges.list({ payment_intent: String(intent) })).data).toHaveLength(1)
  })

  it('expires when its time comes', async () => {
    let at = Date.now()
    const clock = { now: () => new Date(at) }
    const other = await startWithClient({ clock })
    try {
      const session = await other.stripe.checkout.sessions.create(sessionParams())
      at += 86_400_000
      expect((await other.stripe.checkout.sessions.retrieve(session.id)).status).toBe('expired')
    } finally {
      await other.emulator.close()
    }
  })
})
