import type Stripe from 'stripe'
import type { AccountId, Emulation } from './emulation.ts'
import { refused } from './fault.ts'
import { newClientSecret, newId } from './ids.ts'

/** What a new intent is made from. */
export interface IntentInput {
  account: AccountId
  amount: number
  currency: string
  customer?: string | null
  description?: string | null
  metadata?: Record<string, string>
  receiptEmail?: string | null
  statementDescriptorSuffix?: string | null
  automaticMethods?: Stripe.PaymentIntent.AutomaticPaymentMethods | undefined
  transferGroup?: string | null
  manualCapture?: boolean
}

/** The least that Stripe charges, in US cents and what is worth about as much (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). */
const LEAST: Readonly<Record<string, number>> = {
  usd: 50,
  eur: 50,
  gbp: 30,
  jpy: 50,
  chf: 50,
  cad: 50,
  aud: 50,
  sek: 300,
}

/** @throws StripeFault `amount_too_small` for less than Stripe charges */
export function assertChargeable(amount: number, currency: string, param: string): void {
  const least = LEAST[currency] ?? 1
  if (amount >= least) return
  throw refused(`The amount must be at least ${least} ${currency} in the smallest unit.`, {
    code: 'amount_too_small',
    param,
  })
}

/** Creates an intent that waits for a payment method. */
export function createIntent(emulation: Emulation, input: IntentInput): Stripe.PaymentIntent {
  assertChargeable(input.amount, input.currency, 'amount')
  const id = newId('pi')
  const intent: Stripe.PaymentIntent = {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: input.amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: input.automaticMethods ?? { allow_redirects: 'always', enabled: true },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: input.manualCapture ? 'manual' : 'automatic_async',
    client_secret: newClientSecret(id),
    confirmation_method: 'automatic',
    created: emulation.now(),
    currency: input.currency,
    customer: input.customer ?? null,
    customer_account: null,
    description: input.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: input.metadata ?? {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: input.receiptEmail ?? null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: input.statementDescriptorSuffix ?? null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: input.transferGroup ?? null,
  }
  emulation.store.save('payment_intent', intent, input.account)
  emulation.events.emit('payment_intent.created', intent, { account: input.account })
  return intent
}
