import type Stripe from 'stripe'
import type { TestCard } from './cards.ts'
import type { AccountId, Emulation } from './emulation.ts'
import { refused } from './fault.ts'
import { newId } from './ids.ts'
import { answerChallenge, type Confirmation, cancelIntent, confirmIntent, createIntent } from './payment.ts'
import type { CheckoutDetails } from './store.ts'

/** One thing on sale, as `line_items[].price_data` describes it. */
export interface ItemInput {
  currency: string
  unitAmount: number
  quantity: number
  name: string
  description: string | null
}

/** What a checkout session is made from. */
export interface SessionInput {
  account: AccountId
  items: ItemInput[]
  successUrl: string
  cancelUrl: string | null
  clientReferenceId: string | null
  customer: string | null
  customerEmail: string | null
  expiresAt: number | null
  metadata: Record<string, string>
  intent: CheckoutDetails['intent']
  manualCapture: boolean
}

const MINUTE = 60
const DAY = 86_400

function lineItem(emulation: Emulation, item: ItemInput): Stripe.LineItem {
  const total = item.unitAmount * item.quantity
  return {
    id: newId('li'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: total,
    amount_tax: 0,
    amount_total: total,
    currency: item.currency,
    description: item.name,
    metadata: {},
    price: {
      id: newId('price'),
      object: 'price',
      active: false,
      billing_scheme: 'per_unit',
      created: emulation.now(),
      currency: item.currency,
      custom_unit_amount: null,
      livemode: false,
      lookup_key: null,
      metadata: {},
      nickname: item.description,
      product: newId('prod'),
      recurring: null,
      tax_behavior: 'unspecified',
      tiers_mode: null,
      transform_quantity: null,
      type: 'one_time',
      unit_amount: item.unitAmount,
      // The SDK turns a decimal string into its Decimal; null is what it makes of none.
      unit_amount_decimal: null,
    },
    quantity: item.quantity,
  }
}

function assertExpiry(emulation: Emulation, expiresAt: number | null): number {
  const now = emulation.now()
  if (expiresAt === null) return now + DAY
  if (expiresAt >= now + 30 * MINUTE - 5 && expiresAt <= now + DAY + 5) return expiresAt
  throw refused('The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.', {
    param: 'expires_at',
  })
}

/** Creates an open session with its hosted page. @throws StripeFault for mixed currencies or a bad expiry. */
export function createSession(emulation: Emulation, input: SessionInput): Stripe.Checkout.Session {
  const currency = input.items[0]?.currency ?? ''
  if (input.items.some((item) => item.currency !== currency)) {
    throw refused('All line items must have the same currency.', { param: 'line_items' })
  }
  const expiresAt = assertExpiry(emulation, input.expiresAt)
  const lineItems = input.items.map((item) => lineItem(emulation, item))
  const total = lineItems.reduce((sum, item) => sum + item.amount_total, 0)
  const id = newId('cs_test')
  const session = {
    ...blankSession(),
    id,
    amount_subtotal: total,
    amount_total: total,
    cancel_url: input.cancelUrl,
    client_reference_id: input.clientReferenceId,
    created: emulation.now(),
    currency,
    customer: input.customer,
    customer_email: input.customerEmail,
    expires_at: expiresAt,
    metadata: input.metadata,
    success_url: input.successUrl,
    url: `${emulation.publicUrl()}/c/pay/${id}`,
  } satisfies Stripe.Checkout.Session
  emulation.store.save(
    'emulator.checkout_details',
    {
      id,
      object: 'emulator.checkout_details',
      lineItems,
      intent: input.intent,
      manualCapture: input.manualCapture,
      intentId: null,
    },
    input.account,
  )
  return emulation.store.save('checkout.session', session, input.account)
}

const blankSession = () =>
  ({
    id: '',
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: null,
    amount_subtotal: null,
    amount_total: null,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: null,
    client_reference_id: null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: 0,
    currency: null,
    currency_conversion: null,
    custom_fields: [],
    custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer: null,
    customer_account: null,
    customer_creation: 'if_required',
    customer_details: null,
    customer_email: null,
    discounts: [],
    expires_at: 0,
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: false,
    locale: null,
    managed_payments: null,
    metadata: {},
    mode: 'payment',
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: 'if_required',
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card'],
    payment_status: 'unpaid',
    permissions: null,
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: null,
    subscription: null,
    success_url: null,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: null,
    wallet_options: null,
  }) satisfies Stripe.Checkout.Session

/** Who pays, as the hosted page learned it. */
export interface Payer {
  email: string | null
  name: string | null
}

/** Tries to pay an open session with a card. Declines leave it open. */
export function paySession(
  emulation: Emulation,
  {
    session,
    account,
    card,
    payer,
  }: { session: Stripe.Checkout.Session; account: AccountId; card: TestCard; payer: Payer },
): Confirmation {
  const { store } = emulation
  if (session.status !== 'open') throw refused(`This Checkout Session is ${session.status}.`)
  const details = store.find('emulator.checkout_details', session.id, account)
  const intent = details.intentId
    ? store.find('payment_intent', details.intentId, account)
    : createIntent(emulation, {
        account,
        amount: session.amount_total ?? 0,
        currency: session.currency ?? 'usd',
        customer: typeof session.customer === 'string' ? session.customer : null,
        description: details.intent.description,
        metadata: details.intent.metadata,
        transferGroup: details.intent.transferGroup,
        manualCapture: details.manualCapture,
      })
  store.change('emulator.checkout_details', session.id, { intentId: intent.id })
  const attempt = { ...payer, returnUrl: successUrl(session), sessionId: session.id }
  const confirmation = confirmIntent(emulation, { account, intent, card, attempt })
  return finishIfPaid(emulation, session, account, confirmation)
}

/** The cardholder answered the bank's question about a payment of this session. */
export function answerSessionChallenge(
  emulation: Emulation,
  answer: {
    session: Stripe.Checkout.Session
    account: AccountId
    intent: Stripe.PaymentIntent
    card: TestCard
    approved: boolean
  },
): Confirmation {
  return finishIfPaid(emulation, answer.session, answer.account, answerChallenge(emulation, answer))
}

function finishIfPaid(
  emulation: Emulation,
  session: Stripe.Checkout.Session,
  account: AccountId,
  confirmation: Confirmation,
): Confirmation {
  if (confirmation.outcome !== 'succeeded' && confirmation.outcome !== 'authorized') return confirmation
  const attempt = emulation.store.find('emulator.card_attempt', confirmation.intent.id, account)
  emulation.store.change('checkout.session', session.id, {
    customer_details: {
      address: null,
      business_name: null,
      email: attempt.email,
      individual_name: null,
      name: attempt.name,
      phone: null,
      tax_exempt: 'none',
      tax_ids: [],
    },
    payment_intent: confirmation.intent.id,
    payment_status: confirmation.outcome === 'succeeded' ? 'paid' : 'unpaid',
    status: 'complete',
    url: null,
  })
  emulation.events.emit('checkout.session.completed', session, { account })
  return confirmation
}

/** Closes an open session; a payment that waits for the cardholder is canceled with it. */
export function expireSession(emulation: Emulation, session: Stripe.Checkout.Session, account: AccountId) {
  if (session.status !== 'open') {
    throw refused(
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`,
    )
  }
  const { intentId } = emulation.store.find('emulator.checkout_details', session.id, account)
  emulation.store.change('checkout.session', session.id, { status: 'expired', url: null })
  const intent = intentId ? emulation.store.findOptional('payment_intent', intentId) : undefined
  if (intent) cancelIntent(emulation, intent, account, 'expired')
  emulation.events.emit('checkout.session.expired', session, { account })
  return session
}

/** Expires every session whose time has come. */
export function expireDueSessions(emulation: Emulation): void {
  for (const { value, account } of emulation.store.listAll('checkout.session')) {
    if (value.status === 'open' && value.expires_at <= emulation.now()) expireSession(emulation, value, account)
  }
}

/** Where the payer goes afterwards: Stripe puts the id where the URL asks for it. */
export const successUrl = (session: Stripe.Checkout.Session): string =>
  (session.success_url ?? '').replaceAll('{CHECKOUT_SESSION_ID}', session.id)
