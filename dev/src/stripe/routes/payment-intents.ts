import type Stripe from 'stripe'
import { z } from 'zod'
import { cardByPaymentMethod, type TestCard } from '../cards.ts'
import { createIntent } from '../create-intent.ts'
import type { AccountId, Emulation } from '../emulation.ts'
import { badParameter, cardFault, missing } from '../fault.ts'
import { listOperation } from '../list-operation.ts'
import { operation } from '../operation.ts'
import { amount, clearableText, currency, expand, flag, mergedMetadata, metadata, type ParamsOf } from '../params.ts'
import { cancelIntent, captureIntent, confirmIntent } from '../payment.ts'

const path = '/payment_intents'

const create = z.strictObject({
  amount,
  currency,
  automatic_payment_methods: z
    .strictObject({ enabled: flag, allow_redirects: z.enum(['always', 'never']).default('always') })
    .optional(),
  capture_method: z.enum(['automatic_async', 'manual']).optional(),
  confirm: flag.optional(),
  customer: z.string().optional(),
  description: clearableText.optional(),
  error_on_requires_action: flag.optional(),
  metadata,
  payment_method: z.string().optional(),
  receipt_email: clearableText.optional(),
  return_url: z.string().optional(),
  transfer_group: z.string().optional(),
  expand,
} satisfies ParamsOf<Stripe.PaymentIntentCreateParams>)

function cardFor(paymentMethod: string | undefined): TestCard {
  if (!paymentMethod) {
    throw badParameter('You cannot confirm this PaymentIntent because it is missing a payment method.', {
      code: 'payment_intent_unexpected_state',
    })
  }
  const card = cardByPaymentMethod(paymentMethod)
  if (!card) throw missing('PaymentMethod', paymentMethod, 'payment_method')
  return card
}

function confirm(
  emulation: Emulation,
  intent: Stripe.PaymentIntent,
  {
    account,
    card,
    returnUrl,
    refuseAction = false,
  }: { account: AccountId; card: TestCard; returnUrl: string | undefined; refuseAction?: boolean | undefined },
): Stripe.PaymentIntent {
  const attempt = { email: intent.receipt_email, name: null, returnUrl: returnUrl ?? null, sessionId: null }
  const confirmation = confirmIntent(emulation, { account, intent, card, attempt })
  if (confirmation.outcome === 'challenge' && refuseAction) {
    throw cardFault({
      code: 'authentication_required',
      message: 'This payment required an authentication action to complete, but `error_on_requires_action` was set.',
      payment_intent: structuredClone(intent),
    })
  }
  if (confirmation.outcome !== 'declined') return confirmation.intent
  const { code, declineCode, message } = confirmation.decline
  throw cardFault({
    code,
    message,
    ...(declineCode ? { decline_code: declineCode } : {}),
    ...(confirmation.charge ? { charge: confirmation.charge.id } : {}),
    payment_intent: structuredClone(intent),
  })
}

/** https://docs.stripe.com/api/payment_intents for cards. */
export const paymentIntentOperations = [
  operation({
    method: 'POST',
    path,
    params: create,
    run({ emulation, account, params }) {
      if (params.customer) emulation.store.find('customer', params.customer, account, 'customer')
      const card = params.confirm ? cardFor(params.payment_method) : undefined
      const intent = createIntent(emulation, {
        account,
        amount: params.amount,
        currency: params.currency,
        customer: params.customer ?? null,
        description: params.description ?? null,
        metadata: params.metadata,
        receiptEmail: params.receipt_email ?? null,
        transferGroup: params.transfer_group ?? null,
        manualCapture: params.capture_method === 'manual',
        automaticMethods: params.automatic_payment_methods,
      })
      if (!card) return intent
      const { return_url: returnUrl, error_on_requires_action: refuseAction } = params
      return confirm(emulation, intent, { account, card, returnUrl, refuseAction })
    },
  }),
  listOperation(path, 'payment_intent', ['customer']),
  operation({
    method: 'GET',
    path: `${path}/:id`,
    params: z.strictObject({ client_secret: z.string().optional(), expand }),
    run: ({ emulation, account, id }) => emulation.store.find('payment_intent', id, account),
  }),
  operation({
    method: 'POST',
    path: `${path}/:id`,
    params: z.strictObject({
      description: clearableText.optional(),
      metadata,
      receipt_email: clearableText.optional(),
      transfer_group: z.string().optional(),
      expand,
    } satisfies ParamsOf<Stripe.PaymentIntentUpdateParams>),
    run({ emulation, account, id, params }) {
      const intent = emulation.store.find('payment_intent', id, account)
      return emulation.store.change('payment_intent', id, {
        description: params.description === undefined ? intent.description : params.description,
        metadata: mergedMetadata(intent.metadata, params.metadata),
        receipt_email: params.receipt_email === undefined ? intent.receipt_email : params.receipt_email,
        transfer_group: params.transfer_group ?? intent.transfer_group,
      })
    },
  }),
  operation({
    method: 'POST',
    path: `${path}/:id/confirm`,
    params: z.strictObject({
      payment_method: z.string().optional(),
      return_url: z.string().optional(),
      expand,
    } satisfies ParamsOf<Stripe.PaymentIntentConfirmParams>),
    run: ({ emulation, account, id, params }) =>
      confirm(emulation, emulation.store.find('payment_intent', id, account), {
        account,
        card: cardFor(params.payment_method),
        returnUrl: params.return_url,
      }),
  }),
  operation({
    method: 'POST',
    path: `${path}/:id/capture`,
    params: z.strictObject({
      amount_to_capture: amount.optional(),
      expand,
    } satisfies ParamsOf<Stripe.PaymentIntentCaptureParams>),
    run: ({ emulation, account, id, params }) =>
      captureIntent(emulation, emulation.store.find('payment_intent', id, account), account, params.amount_to_capture),
  }),
  operation({
    method: 'POST',
    path: `${path}/:id/cancel`,
    params: z.strictObject({
      cancellation_reason: z.enum(['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer']).optional(),
      expand,
    } satisfies ParamsOf<Stripe.PaymentIntentCancelParams>),
    run: ({ emulation, account, id, params }) =>
      cancelIntent(
        emulation,
        emulation.store.find('payment_intent', id, account),
        account,
        params.cancellation_reason ?? null,
      ),
  }),
]
