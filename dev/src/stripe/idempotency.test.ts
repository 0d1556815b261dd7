import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { SECRET_KEY, startWithClient } from './stripe-fixture.ts'

let world: Awaited<ReturnType<typeof startWithClient>>

beforeAll(async () => {
  world = await startWithClient()
})

afterAll(async () => {
  await world.emulator.close()
})

const params = (amount: number) => ({ amount, currency: 'usd', payment_method: 'pm_card_visa', confirm: true })

const chargesOf = async (amount: number) =>
  (await world.stripe.charges.list({ limit: 100 })).data.filter((charge) => charge.amount === amount)

describe('Idempotency-Key', () => {
  it('charges once for 20 parallel calls with one key', async () => {
    const calls = Array.from({ length: 20 }, () =>
      world.stripe.paymentIntents.create(params(1_001), { idempotencyKey: 'parallel' }),
    )
    const ids = new Set((await Promise.all(calls)).map(({ id }) => id))
    expect(ids.size).toBe(1)
    expect(await chargesOf(1_001)).toHaveLength(1)
  })

  it('answers 409 to 19 of 20 while the first is under way', async () => {
    const { requests } = world.emulator
    requests.hold()
    const calls = Array.from({ length: 20 }, () =>
      world.stripe.paymentIntents.create(params(1_002), { idempotencyKey: 'held' }),
    )
    const settled = Promise.allSettled(calls)
    let refused = 0
    for (const call of calls) call.catch(() => refused++)
    try {
      await vi.waitFor(() => expect(refused).toBe(19), { timeout: 3_000, interval: 10 })
      expect(requests.held()).toBe(1)
    } finally {
      requests.release()
    }
    const reasons = (await settled).flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(reasons).toHaveLength(19)
    expect(reasons[0]).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use', rawType: 'idempotency_error' })
    expect(await chargesOf(1_002)).toHaveLength(1)
  })

  it('replays the first answer and says so', async () => {
    const first = await world.stripe.paymentIntents.create(params(1_003), { idempotencyKey: 'replay' })
    const second = await world.stripe.paymentIntents.create(params(1_003), { idempotencyKey: 'replay' })
    expect(second).toEqual(first)
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined()
    expect(second.lastResponse.headers).toMatchObject({
      'idempotent-replayed': 'true',
      'original-request': first.lastResponse.requestId,
    })
  })

  it('replays a decline too', async () => {
    const declined = () =>
      world.stripe.paymentIntents.create(
        { ...params(1_004), payment_method: 'pm_card_chargeDeclined' },
        { idempotencyKey: 'declined' },
      )
    const errors = [await declined().catch((error) => error), await declined().catch((error) => error)]
    expect(errors[1].charge).toBe(errors[0].charge)
    expect(await chargesOf(1_004)).toHaveLength(1)
  })

  it('refuses a key with other parameters, or for another endpoint', async () => {
    await world.stripe.paymentIntents.create(params(1_005), { idempotencyKey: 'other' })
    const changed = world.stripe.paymentIntents.create(params(1_006), { idempotencyKey: 'other' })
    await expect(changed).rejects.toBeInstanceOf(Stripe.errors.StripeIdempotencyError)
    const elsewhere = world.stripe.customers.create({}, { idempotencyKey: 'other' })
    await expect(elsewhere).rejects.toMatchObject({ statusCode: 400, rawType: 'idempotency_error' })
  })

  it('does not keep what was refused before anything ran', async () => {
    const key = { idempotencyKey: 'malformed' }
    await expect(world.stripe.paymentIntents.create({ amount: 0, currency: 'usd' }, key)).rejects.toThrow()
    expect(await world.stripe.paymentIntents.create(params(1_007), key)).toMatchObject({ status: 'succeeded' })
  })

  it('keeps the keys of two accounts apart', async () => {
    const key = { idempotencyKey: 'per-account' }
    const account = await world.stripe.accounts.create({ type: 'express' })
    const here = await world.stripe.customers.create({ name: 'A' }, key)
    const there = await world.stripe.customers.create({ name: 'A' }, { ...key, stripeAccount: account.id })
    expect(there.id).not.toBe(here.id)
  })

  it('makes a retry safe when the answer got lost', async () => {
    world.emulator.requests.failNext('lose')
    const retrying = new Stripe(SECRET_KEY, { ...world.emulator.sdkOptions, maxNetworkRetries: 2, telemetry: false })
    const intent = await retrying.paymentIntents.create(params(1_008))
    expect(intent.lastResponse.headers['idempotent-replayed']).toBe('true')
    expect(await chargesOf(1_008)).toHaveLength(1)
  })

  it('keeps a 500 too, once the work had begun', async () => {
    world.emulator.requests.failNext('fail')
    const call = () => world.stripe.paymentIntents.create(params(1_010), { idempotencyKey: 'broken' })
    await expect(call()).rejects.toMatchObject({ statusCode: 500 })
    await expect(call()).rejects.toMatchObject({ statusCode: 500 })
  })

  it('does nothing when a request is refused with 500', async () => {
    world.emulator.requests.failNext('refuse')
    await expect(world.stripe.paymentIntents.create(params(1_009))).rejects.toMatchObject({ statusCode: 500 })
    expect(await chargesOf(1_009)).toHaveLength(0)
  })
})
