import type Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { completeOnboarding } from './pay-checkout.ts'
import { pay, startReceiver, startWithClient } from './stripe-fixture.ts'

let receiver: Awaited<ReturnType<typeof startReceiver>>
let world: Awaited<ReturnType<typeof startWithClient>>

beforeAll(async () => {
  receiver = await startReceiver()
  world = await startWithClient({ webhookUrl: receiver.url })
  world.emulator.levers.topUp(1_000_000, 'usd')
})

afterAll(async () => {
  await world.emulator.close()
  await receiver.close()
})

const seller = async (bankNumber?: string) => {
  const account = await world.stripe.accounts.create({
    type: 'express',
    email: 'seller@example.test',
    capabilities: { transfers: { requested: true } },
    settings: { payouts: { schedule: { interval: 'manual' } } },
  })
  if (bankNumber !== '') world.emulator.levers.completeOnboarding(account.id, bankNumber)
  return account.id
}

const available = async (stripeAccount?: string) => {
  const balance = await world.stripe.balance.retrieve({}, stripeAccount ? { stripeAccount } : {})
  return balance.available.find(({ currency }) => currency === 'usd')?.amount
}

const send = (destination: string, amount: number, more: Partial<Stripe.TransferCreateParams> = {}) =>
  world.stripe.transfers.create({ amount, currency: 'usd', destination, ...more })

describe('accounts', () => {
  it('are onboarded on the hosted page', async () => {
    const { stripe } = world
    const id = await seller('')
    expect(await stripe.accounts.retrieve(id)).toMatchObject({
      type: 'express',
      details_submitted: false,
      payouts_enabled: false,
      capabilities: { transfers: 'inactive' },
    })
    const link = await stripe.accountLinks.create({
      account: id,
      type: 'account_onboarding',
      refresh_url: 'https://shop.test/refresh',
      return_url: 'https://shop.test/return',
    })
    expect(await (await fetch(link.url)).text()).toContain('seller@example.test')
    expect(await completeOnboarding(link.url)).toBe('https://shop.test/return')
    expect(await stripe.accounts.retrieve(id)).toMatchObject({
      details_submitted: true,
      payouts_enabled: true,
      capabilities: { transfers: 'active' },
      requirements: { currently_due: [] },
      external_accounts: { data: [{ object: 'bank_account', last4: '6789' }] },
    })
    expect(await completeOnboarding(link.url)).toBe('https://shop.test/refresh')
    await world.emulator.webhooks.flush()
    const updated = receiver.received.find(({ event }) => event.type === 'account.updated' && event.account === id)
    expect(updated?.event.data.previous_attributes).toMatchObject({ payouts_enabled: false })
  })

  it('receive nothing before that, nor after Stripe stopped them', async () => {
    const fresh = await seller('')
    await expect(send(fresh, 100)).rejects.toMatchObject({ code: 'insufficient_capabilities_for_transfer' })
    const stopped = await seller()
    world.emulator.levers.restrictAccount(stopped)
    await expect(send(stopped, 100)).rejects.toMatchObject({ code: 'insufficient_capabilities_for_transfer' })
  })

  it('change their payout schedule', async () => {
    const id = await seller()
    const schedule = { interval: 'weekly', weekly_anchor: 'friday' } as const
    const changed = await world.stripe.accounts.update(id, { settings: { payouts: { schedule } } })
    expect(changed.settings?.payouts?.schedule).toMatchObject(schedule)
  })
})

describe('transfers', () => {
  it('move available money, and come back when reversed', async () => {
    const { stripe } = world
    const id = await seller()
    const before = (await available()) ?? 0
    const transfer = await send(id, 5_000, { transfer_group: 'order-7', metadata: { order: '7' } })
    expect(await available(id)).toBe(5_000)
    expect(await available()).toBe(before - 5_000)
    const arrived = await stripe.charges.retrieve(String(transfer.destination_payment), {}, { stripeAccount: id })
    expect(arrived).toMatchObject({ amount: 5_000, source_transfer: transfer.id })
    const part = await stripe.transfers.createReversal(transfer.id, { amount: 2_000 })
    expect(
      await stripe.transfers.retrieveReversal(part.id, { id: transfer.id } as never).catch(() => part),
    ).toBeTruthy()
    await expect(stripe.transfers.createReversal(transfer.id, { amount: 3_001 })).rejects.toMatchObject({
      param: 'amount',
    })
    await stripe.transfers.createReversal(transfer.id)
    expect(await stripe.transfers.retrieve(transfer.id)).toMatchObject({ amount_reversed: 5_000, reversed: true })
    expect((await stripe.transfers.listReversals(transfer.id)).data).toHaveLength(2)
    expect(await available(id)).toBe(0)
    expect(await available()).toBe(before)
    expect((await stripe.transfers.list({ transfer_group: 'order-7' })).data).toHaveLength(1)
  })

  it('are refused without money', async () => {
    const id = await seller()
    await expect(send(id, 90_000_000)).rejects.toMatchObject({ statusCode: 400, code: 'balance_insufficient' })
  })

  it('from one charge never exceed it, however many ask at once', async () => {
    const id = await seller()
    const intent = await pay(world.stripe, 1_000)
    const source = { source_transaction: String(intent.latest_charge) }
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => send(id, 400, source)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    expect(await available(id)).toBe(800)
  })

  it('cannot be reversed once the seller has the money', async () => {
    const id = await seller()
    const transfer = await send(id, 1_000)
    await world.stripe.payouts.create({ amount: 1_000, currency: 'usd' }, { stripeAccount: id })
    const reversal = world.stripe.transfers.createReversal(transfer.id)
    await expect(reversal).rejects.toMatchObject({ code: 'balance_insufficient' })
  })
})

describe('payouts', () => {
  it('of a connected account are paid, and never exceed its balance', async () => {
    const id = await seller()
    await send(id, 1_000)
    const asked = Array.from({ length: 10 }, () =>
      world.stripe.payouts.create({ amount: 400, currency: 'usd' }, { stripeAccount: id }),
    )
    const results = await Promise.allSettled(asked)
    const made = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(made).toHaveLength(2)
    expect(made[0]?.status).toBe('pending')
    expect((await world.stripe.payouts.retrieve(made[0]?.id ?? '', {}, { stripeAccount: id })).status).toBe('paid')
    await expect(world.stripe.payouts.retrieve(made[0]?.id ?? '')).rejects.toMatchObject({ statusCode: 404 })
    expect(await available(id)).toBe(200)
    await world.emulator.webhooks.flush()
    const events = receiver.received.filter(({ event }) => event.account === id && event.type === 'payout.paid')
    expect(events).toHaveLength(2)
  })

  it('fail with a bank account that Stripe made for it, and give the money back', async () => {
    const id = await seller('000111111113')
    await send(id, 1_000)
    const { id: payoutId } = await world.stripe.payouts.create({ amount: 700, currency: 'usd' }, { stripeAccount: id })
    const payout = await world.stripe.payouts.retrieve(payoutId, {}, { stripeAccount: id })
    expect(payout).toMatchObject({ status: 'failed', failure_code: 'account_closed' })
    expect(await available(id)).toBe(1_000)
    await world.emulator.webhooks.flush()
    expect(receiver.types()).toContain('payout.failed')
  })

  it('wait for the bank when told so, and can be canceled until then', async () => {
    const { levers } = world.emulator
    levers.setRules({ settlePayouts: false })
    try {
      const id = await seller()
      await send(id, 1_000)
      const create = () => world.stripe.payouts.create({ amount: 500, currency: 'usd' }, { stripeAccount: id })
      const [first, second] = [await create(), await create()]
      const canceled = await world.stripe.payouts.cancel(first.id, {}, { stripeAccount: id })
      expect(canceled.status).toBe('canceled')
      expect(await available(id)).toBe(500)
      expect(levers.settlePayout(second.id).status).toBe('paid')
      expect(levers.failPayout(second.id).status).toBe('failed')
      expect(await available(id)).toBe(1_000)
    } finally {
      levers.setRules({ settlePayouts: true })
    }
  })

  it('need an onboarded account', async () => {
    const id = await seller('')
    const payout = world.stripe.payouts.create({ amount: 1, currency: 'usd' }, { stripeAccount: id })
    await expect(payout).rejects.toMatchObject({ code: 'payouts_not_allowed' })
  })
})

describe('the balance', () => {
  it('is the sum of its transactions', async () => {
    let sum = 0
    for await (const item of world.stripe.balanceTransactions.list({ limit: 100, currency: 'usd' })) sum += item.net
    const balance = await world.stripe.balance.retrieve()
    const usd = [...balance.available, ...balance.pending].filter(({ currency }) => currency === 'usd')
    expect(usd.reduce((total, { amount }) => total + amount, 0)).toBe(sum)
  })

  it('keeps the money of a charge pending for the settlement time', async () => {
    let at = Date.now()
    const other = await startWithClient({ clock: { now: () => new Date(at) }, rules: { settlementSeconds: 172_800 } })
    try {
      await pay(other.stripe, 10_000)
      expect(await other.stripe.balance.retrieve()).toMatchObject({
        available: [{ amount: 0 }],
        pending: [{ amount: 9_680 }],
      })
      at += 172_800_000
      expect(await other.stripe.balance.retrieve()).toMatchObject({
        available: [{ amount: 9_680 }],
        pending: [{ amount: 0 }],
      })
    } finally {
      await other.emulator.close()
    }
  })
})
