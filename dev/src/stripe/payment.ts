import type Stripe from 'stripe'
import type { CardDecline, TestCard } from './cards.ts'
import { captureCharge, idIn, tryCharge } from './charge.ts'
import { openDispute } from './dispute.ts'
import type { AccountId, Emulation } from './emulation.ts'
import { refused } from './fault.ts'
import { newId } from './ids.ts'
import type { CardAttempt } from './store.ts'

/** How a confirmation ended. */
export type Confirmation =
  | { outcome: 'succeeded' | 'authorized'; intent: Stripe.PaymentIntent; charge: Stripe.Charge }
  | { outcome: 'challenge'; intent: Stripe.PaymentIntent; url: string }
  | { outcome: 'declined'; intent: Stripe.PaymentIntent; charge: Stripe.Charge | null; decline: CardDecline }

/** What confirms an intent. */
export interface ConfirmInput {
  account: AccountId
  intent: Stripe.PaymentIntent
  card: TestCard
  attempt: Omit<CardAttempt, 'id' | 'object' | 'cardNumber'>
}

/**
 * Tries to pay an intent with a card.
 *
 * @throws StripeFault `payment_intent_unexpected_state` unless it waits for a payment method or a confirmation.
 */
export function confirmIntent(emulation: Emulation, { account, intent, card, attempt }: ConfirmInput): Confirmation {
  if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)) {
    throw unexpectedState(intent, 'confirm')
  }
  emulation.store.save(
    'emulator.card_attempt',
    { ...attempt, id: intent.id, object: 'emulator.card_attempt', cardNumber: card.number },
    account,
  )
  emulation.store.change('payment_intent', intent.id, {
    payment_method: newId('pm'),
    last_payment_error: null,
    next_action: null,
  })
  if (!card.challenge) return charge(emulation, { account, intent, card, authenticated: false })
  const url = `${emulation.publicUrl()}/3ds/${intent.id}`
  emulation.store.change('payment_intent', intent.id, {
    status: 'requires_action',
    next_action: { type: 'redirect_to_url', redirect_to_url: { return_url: attempt.returnUrl, url } },
  })
  emulation.events.emit('payment_intent.requires_action', intent, { account })
  return { outcome: 'challenge', intent, url }
}

const FAILED_CHALLENGE: CardDecline = {
  code: 'payment_intent_authentication_failure',
  message: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
}

/** Goes on with an intent whose cardholder answered the bank's question. */
export function answerChallenge(
  emulation: Emulation,
  {
    account,
    intent,
    card,
    approved,
  }: { account: AccountId; intent: Stripe.PaymentIntent; card: TestCard; approved: boolean },
): Confirmation {
  if (intent.status !== 'requires_action') throw unexpectedState(intent, 'authenticate')
  emulation.store.change('payment_intent', intent.id, { next_action: null })
  if (approved) return charge(emulation, { account, intent, card, authenticated: true })
  return fail(emulation, { account, intent, charge: null, decline: FAILED_CHALLENGE })
}

function charge(
  emulation: Emulation,
  {
    account,
    intent,
    card,
    authenticated,
  }: { account: AccountId; intent: Stripe.PaymentIntent; card: TestCard; authenticated: boolean },
): Confirmation {
  const { store, events } = emulation
  const attempt = store.find('emulator.card_attempt', intent.id, account)
  const made = tryCharge(emulation, { intent, attempt, card, authenticated, account })
  store.change('payment_intent', intent.id, { latest_charge: made.id })
  if (card.decline) return fail(emulation, { account, intent, charge: made, decline: card.decline })
  if (intent.capture_method === 'manual') {
    store.change('payment_intent', intent.id, { status: 'requires_capture', amount_capturable: intent.amount })
    events.emit('charge.succeeded', made, { account })
    events.emit('payment_intent.amount_capturable_updated', intent, { account })
    return { outcome: 'authorized', intent, charge: made }
  }
  captureCharge(emulation, made, made.amount, account)
  store.change('payment_intent', intent.id, { status: 'succeeded', amount_received: made.amount })
  events.emit('charge.succeeded', made, { account })
  events.emit('payment_intent.succeeded', intent, { account })
  if (card.dispute) {
    const reason = card.dispute
    emulation.afterwards(() => openDispute(emulation, { charge: made, reason }))
  }
  return { outcome: 'succeeded', intent, charge: made }
}

function fail(
  emulation: Emulation,
  failure: { account: AccountId; intent: Stripe.PaymentIntent; charge: Stripe.Charge | null; decline: CardDecline },
): Confirmation {
  const { account, intent, charge: failed, decline } = failure
  emulation.store.change('payment_intent', intent.id, {
    status: 'requires_payment_method',
    payment_method: null,
    last_payment_error: {
      type: failed ? 'card_error' : 'invalid_request_error',
      code: decline.code,
      message: decline.message,
      ...(decline.declineCode ? { decline_code: decline.declineCode } : {}),
      ...(failed ? { charge: failed.id } : {}),
    },
  })
  if (failed) emulation.events.emit('charge.failed', failed, { account })
  emulation.events.emit('payment_intent.payment_failed', intent, { account })
  return { outcome: 'declined', intent, charge: failed, decline }
}

/**
 * Takes the money of an authorized intent; what is not captured goes back to the card.
 *
 * @throws StripeFault when nothing is authorized or more is asked than was.
 */
export function captureIntent(emulation: Emulation, intent: Stripe.PaymentIntent, account: AccountId, amount?: number) {
  if (intent.status !== 'requires_capture') throw unexpectedState(intent, 'capture')
  const captured = amount ?? intent.amount_capturable
  if (captured > intent.amount_capturable) {
    throw refused('The remaining amount on this PaymentIntent that can be captured is smaller than requested.', {
      code: 'amount_too_large',
      param: 'amount_to_capture',
    })
  }
  const { store, events } = emulation
  const made = captureCharge(
    emulation,
    store.find('charge', idIn(intent.latest_charge) ?? '', account),
    captured,
    account,
  )
  store.change('payment_intent', intent.id, { status: 'succeeded', amount_capturable: 0, amount_received: captured })
  events.emit('charge.captured', made, { account })
  events.emit('payment_intent.succeeded', intent, { account })
  return intent
}

/** Cancels an intent that has not succeeded. @throws StripeFault otherwise. */
export function cancelIntent(
  emulation: Emulation,
  intent: Stripe.PaymentIntent,
  account: AccountId,
  reason: Stripe.PaymentIntent.CancellationReason | null,
) {
  if (intent.status === 'succeeded' || intent.status === 'canceled') throw unexpectedState(intent, 'cancel')
  const held = intent.status === 'requires_capture' ? idIn(intent.latest_charge) : null
  if (held) emulation.store.change('charge', held, { amount_refunded: intent.amount, refunded: true })
  emulation.store.change('payment_intent', intent.id, {
    status: 'canceled',
    canceled_at: emulation.now(),
    cancellation_reason: reason,
    amount_capturable: 0,
    next_action: null,
  })
  emulation.events.emit('payment_intent.canceled', intent, { account })
  return intent
}

const unexpectedState = (intent: Stripe.PaymentIntent, verb: string) =>
  refused(`You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`, {
    code: 'payment_intent_unexpected_state',
  })
