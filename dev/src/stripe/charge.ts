import type Stripe from 'stripe'
import { type CardDecline, cardByNumber, type TestCard } from './cards.ts'
import type { AccountId, Emulation } from './emulation.ts'
import { newId } from './ids.ts'
import { move, processingFee } from './ledger.ts'
import type { CardAttempt } from './store.ts'

/** The id behind a member that may be expanded; the store always keeps ids. */
export const idIn = (member: string | { id: string } | null | undefined): string | null =>
  typeof member === 'string' ? member : (member?.id ?? null)

const cardDetails = (card: TestCard, authenticated: boolean, year: number): Stripe.Charge.PaymentMethodDetails => ({
  type: 'card',
  card: {
    amount_authorized: null,
    authorization_code: null,
    brand: card.brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'US',
    electronic_commerce_indicator: null,
    exp_month: 12,
    exp_year: year,
    fingerprint: `emulated${card.number.slice(-8)}`,
    funding: card.label.includes('debit') ? 'debit' : 'credit',
    installments: null,
    last4: card.number.slice(-4),
    mandate: null,
    network: card.brand,
    network_transaction_id: null,
    regulated_status: null,
    three_d_secure: authenticated
      ? {
          authentication_flow: 'challenge',
          electronic_commerce_indicator: '05',
          exemption_indicator: null,
          result: 'authenticated',
          result_reason: null,
          transaction_id: null,
          version: '2.2.0',
        }
      : null,
    transaction_link_id: null,
    wallet: null,
  },
})

const outcomeOf = (decline: CardDecline | undefined): Stripe.Charge.Outcome => ({
  advice_code: decline ? 'try_again_later' : null,
  network_advice_code: null,
  network_decline_code: decline ? '05' : null,
  network_status: decline ? 'declined_by_network' : 'approved_by_network',
  reason: decline ? (decline.declineCode ?? decline.code) : null,
  risk_level: 'normal',
  risk_score: 12,
  seller_message: decline ? 'The bank did not return any further details with this decline.' : 'Payment complete.',
  type: decline ? 'issuer_declined' : 'authorized',
})

/** A charge without money: every member that does not depend on how it went. */
export function blankCharge(emulation: Emulation, id: string, amount: number, currency: string): Stripe.Charge {
  return {
    id,
    object: 'charge',
    amount,
    amount_captured: 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    calculated_statement_descriptor: 'GIGRAPH',
    captured: false,
    created: emulation.now(),
    currency,
    customer: null,
    description: null,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: false,
    metadata: {},
    on_behalf_of: null,
    outcome: null,
    paid: false,
    payment_intent: null,
    payment_method: null,
    payment_method_details: null,
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'pending',
    transfer_data: null,
    transfer_group: null,
  }
}

/** How a try to charge went. */
export interface ChargeTry {
  intent: Stripe.PaymentIntent
  attempt: CardAttempt
  card: TestCard
  authenticated: boolean
  account: AccountId
}

/** Charges the card, or records the decline; money moves in {@link captureCharge}. */
export function tryCharge(emulation: Emulation, { intent, attempt, card, authenticated, account }: ChargeTry) {
  const charge = blankCharge(emulation, newId('ch'), intent.amount, intent.currency)
  const { decline } = card
  Object.assign(charge, {
    billing_details: { ...charge.billing_details, email: attempt.email, name: attempt.name },
    customer: idIn(intent.customer),
    description: intent.description,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    metadata: { ...intent.metadata },
    outcome: outcomeOf(decline),
    paid: !decline,
    payment_intent: intent.id,
    payment_method: idIn(intent.payment_method),
    payment_method_details: cardDetails(card, authenticated, new Date(emulation.now() * 1000).getUTCFullYear() + 3),
    receipt_email: intent.receipt_email,
    receipt_url: decline ? null : `${emulation.publicUrl()}/receipts/${charge.id}`,
    status: decline ? 'failed' : 'succeeded',
    transfer_group: intent.transfer_group,
  } satisfies Partial<Stripe.Charge>)
  return emulation.store.save('charge', charge, account)
}

/**
 * Takes the money of an authorized charge. Its movement on the balance is made afterwards, and told with `charge.updated`
 * (https://docs.stripe.com/payments/payment-intents/asynchronous-capture).
 */
export function captureCharge(emulation: Emulation, charge: Stripe.Charge, amount: number, account: AccountId) {
  const captured = emulation.store.change('charge', charge.id, {
    amount_captured: amount,
    amount_refunded: charge.amount - amount,
    captured: true,
  })
  if (emulation.rules.bookCharges) emulation.afterwards(() => bookCharge(emulation, captured, account))
  return captured
}

/** Puts a captured charge on the balance: fee off, available after the settlement time. Once. */
export function bookCharge(emulation: Emulation, charge: Stripe.Charge, account: AccountId): Stripe.Charge {
  if (charge.balance_transaction !== null) return charge
  const { amount_captured: amount } = charge
  const card = cardOf(emulation, charge)
  const wait = card?.availableAtOnce ? 0 : emulation.rules.settlementSeconds
  const transaction = move(emulation, {
    account,
    type: 'charge',
    amount,
    fee: processingFee(amount),
    currency: charge.currency,
    source: charge.id,
    description: charge.description,
    availableOn: emulation.now() + wait,
  })
  emulation.store.change('charge', charge.id, { balance_transaction: transaction.id })
  emulation.events.emit('charge.updated', charge, { account, previous: { balance_transaction: null } })
  return charge
}

/** The test card that a charge was made with. */
export function cardOf(emulation: Emulation, charge: Stripe.Charge): TestCard | undefined {
  const attempt = emulation.store.findOptional('emulator.card_attempt', idIn(charge.payment_intent) ?? '')
  return attempt ? cardByNumber(attempt.cardNumber) : undefined
}
