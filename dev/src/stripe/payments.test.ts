import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pay, startReceiver, startWithClient } from './stripe-fixture.ts'

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

const chargeOf = async (intent: Stripe.PaymentIntent) => world.stripe.charges.retrieve(String(intent.latest_charge))

describe('payment intents', () => {
  it('succeed with a good card: 2.9 % + 30 go to Stripe', async () => {
    const intent = await pay(world.stripe, 10_000)
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 10_000 })
    const charge = await world.stripe.charges.retrieve(String(intent.latest_charge), {
      expand: ['balance_transaction'],
    })
    expect(charge).toMatchObject({ paid: true, captured: true, balance_transaction: { fee: 320, net: 9_680 } })
  })

  it('are refused with a card error that names charge and intent', async () => {
    const error = await pay(world.stripe, 100, 'pm_card_chargeDeclined').catch((thrown) => thrown)
    expect(error).toBeInstanceOf(Stripe.errors.StripeCardError)
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined', decline_code: 'generic_decline' })
    expect(error.payment_intent).toMatchObject({ status: 'requires_payment_method' })
    expect((await world.stripe.charges.retrieve(error.charge)).failure_code).toBe('card_declined')
  })

  it('wait for the cardholder when the card wants 3-D Secure', async () => {
    const intent = await world.stripe.paymentIntents.create({
      amount: 900,
      currency: 'usd',
      payment_method: 'pm_card_authenticationRequired',
      confirm: true,
      return_url: 'https://shop.test/back',
    })
    expect(intent.status).toBe('requires_action')
    const url = intent.next_action?.redirect_to_url?.url ?? ''
    expect(await (await fetch(url)).text()).toContain('Complete authentication')
    const body = new URLSearchParams({ answer: 'approve' })
    const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' })
    expect(answer.headers.get('location')).toBe('https://shop.test/back')
    expect((await world.stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded')
  })

  it('can be confirmed later, changed, canceled once, and not canceled after success', async () => {
    const { paymentIntents } = world.stripe
    const intent = await paymentIntents.create({ amount: 700, currency: 'eur', metadata: { a: '1', b: '2' } })
    expect(intent.status).toBe('requires_payment_method')
    const changed = await paymentIntents.update(intent.id, { metadata: { a: '', c: '3' } })
    expect(changed.metadata).toEqual({ b: '2', c: '3' })
    const canceled = await paymentIntents.cancel(intent.id, { cancellation_reason: 'abandoned' })
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' })
    const confirmed = paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' })
    await expect(confirmed).rejects.toMatchObject({ code: 'payment_intent_unexpected_state' })
    const paid = await pay(world.stripe, 100)
    await expect(paymentIntents.cancel(paid.id)).rejects.toMatchObject({ code: 'payment_intent_unexpected_state' })
  })

  it('capture later, and give back what is not captured', async () => {
    const held = await world.stripe.paymentIntents.create({
      amount: 1_000,
      currency: 'usd',
      payment_method: 'pm_card_visa',
      confirm: true,
      capture_method: 'manual',
    })
    expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 1_000 })
    const capture = (amount: number) => world.stripe.paymentIntents.capture(held.id, { amount_to_capture: amount })
    await expect(capture(1_001)).rejects.toMatchObject({ code: 'amount_too_large' })
    expect(await capture(600)).toMatchObject({ status: 'succeeded', amount_received: 600 })
    expect(await chargeOf(held)).toMatchObject({ amount_captured: 600, amount_refunded: 400 })
  })
})

describe('refunds', () => {
  it('never exceed what was captured, however many ask at once', async () => {
    const intent = await pay(world.stripe, 1_000)
    const asked = Array.from({ length: 20 }, () =>
      world.stripe.refunds.create({ payment_intent: intent.id, amount: 300 }),
    )
    const results = await Promise.allSettled(asked)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(refusals[0]).toMatchObject({ statusCode: 400, param: 'amount' })
    expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 900, refunded: false })
    const refunds = await world.stripe.refunds.list({ payment_intent: intent.id })
    expect(refunds.data.reduce((sum, refund) => sum + refund.amount, 0)).toBe(900)
  })

  it('take all that is left without an amount, once', async () => {
    const intent = await pay(world.stripe, 1_000)
    await world.stripe.refunds.create({ payment_intent: intent.id, amount: 1 })
    const refund = await world.stripe.refunds.create({
      charge: String(intent.latest_charge),
      reason: 'requested_by_customer',
      metadata: { order: '1' },
    })
    expect(refund).toMatchObject({ amount: 999, status: 'succeeded', metadata: { order: '1' } })
    expect(await world.stripe.refunds.retrieve(refund.id)).toMatchObject({ id: refund.id })
    const again = world.stripe.refunds.create({ payment_intent: intent.id })
    await expect(again).rejects.toMatchObject({ code: 'charge_already_refunded' })
    expect((await chargeOf(intent)).refunded).toBe(true)
    await world.emulator.webhooks.flush()
    expect(receiver.types()).toEqual(expect.arrayContaining(['refund.created', 'charge.refunded']))
  })

  it('are refused for what was never paid', async () => {
    const intent = await world.stripe.paymentIntents.create({ amount: 100, currency: 'usd' })
    await expect(world.stripe.refunds.create({ payment_intent: intent.id })).rejects.toMatchObject({ statusCode: 400 })
    const unknown = world.stripe.refunds.create({ charge: 'ch_unknown' })
    await expect(unknown).rejects.toMatchObject({ code: 'resource_missing', param: 'charge', statusCode: 400 })
  })

  it('begin as pending, or fail afterwards, with the cards that do so', async () => {
    const slow = await pay(world.stripe, 500, 'pm_card_pendingRefund')
    const pending = await world.stripe.refunds.create({ payment_intent: slow.id })
    expect(pending.status).toBe('pending')
    expect((await world.stripe.refunds.retrieve(pending.id)).status).toBe('succeeded')
    const bad = await pay(world.stripe, 500, 'pm_card_refundFail')
    const failing = await world.stripe.refunds.create({ payment_intent: bad.id })
    const failed = await world.stripe.refunds.retrieve(failing.id, { expand: ['failure_balance_transaction'] })
    expect(failed).toMatchObject({ status: 'failed', failure_balance_transaction: { amount: 500 } })
    expect(await chargeOf(bad)).toMatchObject({ amount_refunded: 0, refunded: false })
  })
})

describe('disputes', () => {
  it('follow a payment with the card that is disputed, and take the money with a fee', async () => {
    const intent = await pay(world.stripe, 5_000, 'pm_card_createDispute')
    const [dispute] = (await world.stripe.disputes.list({ payment_intent: intent.id })).data
    expect(dispute).toMatchObject({ status: 'needs_response', amount: 5_000, reason: 'fraudulent' })
    expect(dispute?.balance_transactions[0]).toMatchObject({ amount: -5_000, fee: 1_500, net: -6_500 })
    const refund = world.stripe.refunds.create({ payment_intent: intent.id })
    await expect(refund).rejects.toMatchObject({ code: 'charge_disputed' })
    await world.emulator.webhooks.flush()
    expect(receiver.types()).toContain('charge.dispute.created')
  })

  it('are won with evidence, and the money comes back', async () => {
    const intent = await pay(world.stripe, 5_000)
    const { id } = world.emulator.levers.openDispute(intent.id, { reason: 'product_not_received' })
    const answered = await world.stripe.disputes.update(id, { evidence: { uncategorized_text: 'winning_evidence' } })
    expect(answered.status).toBe('under_review')
    const decided = await world.stripe.disputes.retrieve(id)
    expect(decided.status).toBe('won')
    // All but Stripe's fee.
    expect(decided.balance_transactions.reduce((sum, item) => sum + item.net, 0)).toBe(-1_500)
    await world.emulator.webhooks.flush()
    expect(receiver.types()).toEqual(
      expect.arrayContaining(['charge.dispute.updated', 'charge.dispute.closed', 'charge.dispute.funds_reinstated']),
    )
  })

  it('are lost when the merchant closes them, for good', async () => {
    const intent = await pay(world.stripe, 5_000)
    const { id } = world.emulator.levers.openDispute(String(intent.latest_charge))
    expect((await world.stripe.disputes.close(id)).status).toBe('lost')
    await expect(world.stripe.disputes.close(id)).rejects.toMatchObject({ statusCode: 400 })
    expect(() => world.emulator.levers.openDispute(intent.id)).toThrow('already disputed')
  })
})
