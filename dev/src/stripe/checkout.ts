import type Stripe from 'stripe'
import type { TestCard } from './cards.ts'
import { assertChargeable, createIntent } from './create-intent.ts'
import type { AccountId, Emulation } from './emulation.ts'
import { refused } from './fault.ts'
import { newId } from './ids.ts'
import { answerChallenge, type Confirmation, cancelIntent, confirmIntent } from './payment.ts'
import { blankSession, type ItemInput, lineItem } from './session-object.ts'
import type { CheckoutDetails } from './store.ts'

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
  customerCreation: Stripe.Checkout.Session.CustomerCreation
  locale: Stripe.Checkout.Session.Locale | null
  submitType: Stripe.Checkout.Session.SubmitType | null
  intent: CheckoutDetails['intent']
  manualCapture: boolean
}

const MINUTE = 60
const DAY = 86_400

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
  assertChargeable(total, currency, 'line_items')
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
    customer_creation: input.customerCreation,
    customer_email: input.customerEmail,
    locale: input.locale,
    submit_type: input.submitType,
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
        receiptEmail: details.intent.receiptEmail,
        statementDescriptorSuffix: details.intent.statementDescriptorSuffix,
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
