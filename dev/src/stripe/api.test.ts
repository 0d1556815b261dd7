import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startStripeEmulator } from './emulator.ts'
import { pay, SECRET_KEY, sessionParams, startReceiver, startWithClient, WEBHOOK_SECRET } from './stripe-fixture.ts'

let world: Awaited<ReturnType<typeof startWithClient>>

beforeAll(async () => {
  world = await startWithClient()
})

afterAll(async () => {
  await world.emulator.close()
})

describe('authentication', () => {
  it('refuses another key, and none', async () => {
    const stranger = new Stripe('sk_test_stranger', { ...world.emulator.sdkOptions, telemetry: false })
    await expect(stranger.balance.retrieve()).rejects.toBeInstanceOf(Stripe.errors.StripeAuthenticationError)
    const bare = await fetch(`${world.emulator.url}/v1/balance`)
    expect(bare.status).toBe(401)
    expect(await bare.json()).toMatchObject({ error: { type: 'invalid_request_error' } })
  })

  it('takes the key as a Basic user too', async () => {
    const authorization = `Basic ${Buffer.from(`${SECRET_KEY}:`).toString('base64')}`
    expect((await fetch(`${world.emulator.url}/v1/balance`, { headers: { authorization } })).status).toBe(200)
  })

  it('refuses an account that does not exist', async () => {
    const balance = world.stripe.balance.retrieve({}, { stripeAccount: 'acct_unknown' })
    await expect(balance).rejects.toBeInstanceOf(Stripe.errors.StripePermissionError)
  })

  it('does not start with a live key', async () => {
    const options = { port: 0, secretKey: 'sk_live_x', webhookSecret: WEBHOOK_SECRET }
    await expect(startStripeEmulator(options)).rejects.toThrow('sk_test_')
  })
})

describe('errors', () => {
  const create = (params: object) => world.stripe.paymentIntents.create(params as Stripe.PaymentIntentCreateParams)

  it.each([
    ['an unknown parameter', { amount: 1, currency: 'usd', colour: 'red' }, 'parameter_unknown', 'colour'],
    ['a missing one', { currency: 'usd' }, 'parameter_missing', 'amount'],
    ['a fraction', { amount: 1.5, currency: 'usd' }, 'parameter_invalid_integer', 'amount'],
    ['nothing', { amount: 0, currency: 'usd' }, undefined, 'amount'],
    ['less than Stripe charges', { amount: 49, currency: 'usd' }, 'amount_too_small', 'amount'],
    [
      'a parameter that only former versions knew',
      { amount: 100, currency: 'usd', payment_method_types: ['card'] },
      'parameter_unknown',
      'payment_method_types',
    ],
    [
      'an unknown card',
      { amount: 1, currency: 'usd', confirm: true, payment_method: 'pm_x' },
      'resource_missing',
      'payment_method',
    ],
  ])('name %s', async (_name, params, code, param) => {
    const error = await create(params).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError)
    expect(error.code).toBe(code)
    expect(error.param).toBe(param)
  })

  it('name nested parameters as Stripe does', async () => {
    const params = sessionParams()
    const items = [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 100 } }]
    const session = world.stripe.checkout.sessions.create({ ...params, line_items: items } as never)
    await expect(session).rejects.toMatchObject({
      code: 'parameter_missing',
      param: 'line_items[0][price_data][product_data]',
    })
  })

  it('say which URL is unknown', async () => {
    await expect(world.stripe.products.list()).rejects.toMatchObject({ statusCode: 404 })
  })
})

describe('lists', () => {
  it('page forwards, backwards, and by themselves, newest first', async () => {
    const { customers } = world.stripe
    const made: string[] = []
    for (let index = 0; index < 5; index++) made.push((await customers.create({ name: `Customer ${index}` })).id)
    const newest = made.toReversed()
    const first = await customers.list({ limit: 2 })
    expect(first.data.map(({ id }) => id)).toEqual(newest.slice(0, 2))
    expect(first.has_more).toBe(true)
    const second = await customers.list({ limit: 2, starting_after: newest[1] ?? '' })
    expect(second.data.map(({ id }) => id)).toEqual(newest.slice(2, 4))
    const back = await customers.list({ limit: 2, ending_before: newest[3] ?? '' })
    expect(back.data.map(({ id }) => id)).toEqual(newest.slice(1, 3))
    const all: string[] = []
    for await (const customer of customers.list({ limit: 2 })) all.push(customer.id)
    expect(all).toEqual(newest)
    await expect(customers.list({ starting_after: 'cus_unknown' })).rejects.toMatchObject({ param: 'starting_after' })
  })

  it('filter by time of creation', async () => {
    const future = Math.floor(Date.now() / 1000) + 60
    expect((await world.stripe.customers.list({ created: { gte: future } })).data).toEqual([])
    expect((await world.stripe.customers.list({ created: { lt: future } })).data.length).toBeGreaterThan(0)
  })

  it('expand their entries', async () => {
    await pay(world.stripe, 4_200)
    const list = await world.stripe.charges.list({ limit: 1, expand: ['data.payment_intent', 'data.refunds'] })
    expect(list.data[0]).toMatchObject({ payment_intent: { amount: 4_200 }, refunds: { object: 'list', data: [] } })
  })

  it('refuse to expand what holds nothing', async () => {
    const list = world.stripe.charges.list({ expand: ['data.amount.x'] })
    await expect(list).rejects.toMatchObject({ param: 'expand' })
  })
})

describe('customers', () => {
  it('are created, changed and deleted', async () => {
    const { customers } = world.stripe
    const made = await customers.create({ email: 'ada@example.test', metadata: { user: '1' } })
    const changed = await customers.update(made.id, { name: 'Ada', metadata: { tier: 'gold' } })
    expect(changed).toMatchObject({ email: 'ada@example.test', name: 'Ada', metadata: { user: '1', tier: 'gold' } })
    expect(await customers.del(made.id)).toMatchObject({ deleted: true })
    await expect(customers.retrieve(made.id)).rejects.toMatchObject({ code: 'resource_missing' })
  })
})

describe('events', () => {
  it('keep the object as it was', async () => {
    const intent = await pay(world.stripe, 3_100)
    await world.stripe.refunds.create({ payment_intent: intent.id })
    const listed = await world.stripe.events.list({ type: 'charge.succeeded', limit: 1 })
    const [event] = listed.data
    expect(event?.data.object).toMatchObject({ amount: 3_100, amount_refunded: 0 })
    expect(await world.stripe.events.retrieve(event?.id ?? '')).toMatchObject({ type: 'charge.succeeded' })
  })
})

describe('the dashboard', () => {
  it('shows payments and events', async () => {
    const intent = await pay(world.stripe, 6_600)
    const body = await (await fetch(world.emulator.url)).text()
    expect(body).toContain(intent.id)
    expect(body).toContain('payment_intent.succeeded')
  })

  it('disputes a payment and decides about it, at the press of its own buttons only', async () => {
    const intent = await pay(world.stripe, 6_700)
    const press = (action: string, id: string, site: string) =>
      fetch(`${world.emulator.url}/dashboard/${action}/${id}`, {
        method: 'POST',
        headers: { 'sec-fetch-site': site },
        redirect: 'manual',
      })
    const disputes = async () => (await world.stripe.disputes.list({ payment_intent: intent.id })).data
    expect((await press('dispute', intent.id, 'cross-site')).status).toBe(403)
    expect(await disputes()).toHaveLength(0)
    expect((await press('dispute', intent.id, 'same-origin')).status).toBe(303)
    const [dispute] = await disputes()
    await press('win', dispute?.id ?? '', 'same-origin')
    expect((await disputes())[0]?.status).toBe('won')
    expect((await press('constructor', 'x', 'same-origin')).status).toBe(404)
  })
})

describe('the state file', () => {
  it('keeps objects, keys and undelivered events over a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stripe-emulator-'))
    const stateFile = join(folder, 'deep', 'state.json')
    const receiver = await startReceiver()
    try {
      const before = await startWithClient({ stateFile, webhookUrl: receiver.url })
      before.emulator.webhooks.pause()
      const key = { idempotencyKey: 'kept' }
      const intent = await before.stripe.paymentIntents.create({ amount: 100, currency: 'usd' }, key)
      await before.emulator.close()
      expect(receiver.received).toHaveLength(0)
      const after = await startWithClient({ stateFile, webhookUrl: receiver.url })
      expect((await after.stripe.paymentIntents.create({ amount: 100, currency: 'usd' }, key)).id).toBe(intent.id)
      expect((await after.stripe.paymentIntents.list()).data).toHaveLength(1)
      await after.emulator.webhooks.flush()
      expect(receiver.types()).toEqual(['payment_intent.created'])
      await after.emulator.close()
      expect(await readFile(stateFile, 'utf8')).toContain(intent.id)
    } finally {
      await receiver.close()
      await rm(folder, { recursive: true })
    }
  })

  it('forgets events after 30 days, but no payment', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stripe-emulator-'))
    const stateFile = join(folder, 'state.json')
    let at = Date.now()
    const clock = { now: () => new Date(at) }
    try {
      const before = await startWithClient({ stateFile, clock })
      await pay(before.stripe, 100)
      await before.emulator.close()
      at += 31 * 86_400_000
      const after = await startWithClient({ stateFile, clock })
      expect((await after.stripe.events.list()).data).toHaveLength(0)
      expect((await after.stripe.paymentIntents.list()).data).toHaveLength(1)
      await after.emulator.close()
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('that cannot be understood is not overwritten', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stripe-emulator-'))
    const stateFile = join(folder, 'state.json')
    await writeFile(stateFile, '{"format":')
    try {
      await expect(startWithClient({ stateFile })).rejects.toThrow('delete it to begin anew')
      expect(await readFile(stateFile, 'utf8')).toBe('{"format":')
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
