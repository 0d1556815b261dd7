import type Stripe from 'stripe'
import { z } from 'zod'
import { createSession, expireSession } from '../checkout.ts'
import { refused } from '../fault.ts'
import { listOperation } from '../list-operation.ts'
import { operation } from '../operation.ts'
import { paginate } from '../paginate.ts'
import { amount, clearableText, currency, expand, listParams, metadata, type ParamsOf, wholeNumber } from '../params.ts'

const path = '/checkout/sessions'

const url = z.url({ protocol: /^https?$/, error: 'Not a valid URL' })

type Params = Stripe.Checkout.SessionCreateParams
type Item = NonNullable<Params['line_items']>[number]
type PriceData = NonNullable<Item['price_data']>

const item = z.strictObject({
  price_data: z.strictObject({
    currency,
    unit_amount: amount,
    product_data: z.strictObject({
      name: z.string().min(1),
      description: z.string().optional(),
    } satisfies ParamsOf<PriceData['product_data'] & {}>),
  } satisfies ParamsOf<PriceData>),
  quantity: wholeNumber.refine((value) => value > 0, 'This value must be greater than or equal to 1.').default(1),
} satisfies ParamsOf<Item>)

const create = z.strictObject({
  mode: z.literal('payment', { error: 'The emulator knows only the mode `payment`.' }),
  line_items: z.array(item).min(1).max(100),
  success_url: url,
  cancel_url: url.optional(),
  client_reference_id: z.string().max(200).optional(),
  customer: z.string().optional(),
  customer_creation: z.literal('if_required', { error: 'The emulator makes no customers of payers.' }).optional(),
  customer_email: z.string().optional(),
  expires_at: wholeNumber.optional(),
  locale: z.string().max(10).optional(),
  metadata,
  payment_intent_data: z
    .strictObject({
      capture_method: z.enum(['automatic_async', 'manual']).optional(),
      description: clearableText.optional(),
      metadata,
      receipt_email: z.string().optional(),
      statement_descriptor_suffix: z.string().max(22).optional(),
      transfer_group: z.string().optional(),
    } satisfies ParamsOf<NonNullable<Params['payment_intent_data']>>)
    .optional(),
  submit_type: z.enum(['auto', 'book', 'donate', 'pay']).optional(),
  ui_mode: z.literal('hosted_page').optional(),
  expand,
} satisfies ParamsOf<Params>)

/** https://docs.stripe.com/api/checkout/sessions for one-time payments on the hosted page. */
export const checkoutSessionOperations = [
  operation({
    method: 'POST',
    path,
    params: create,
    run({ emulation, account, params }) {
      if (params.customer && params.customer_email) {
        throw refused('You may only specify one of these parameters: customer, customer_email.')
      }
      const customer = params.customer
        ? emulation.store.find('customer', params.customer, account, 'customer')
        : undefined
      const intent = params.payment_intent_data
      return createSession(emulation, {
        account,
        items: params.line_items.map(({ price_data: price, quantity }) => ({
          currency: price.currency,
          unitAmount: price.unit_amount,
          quantity,
          name: price.product_data.name,
          description: price.product_data.description ?? null,
        })),
        successUrl: params.success_url,
        cancelUrl: params.cancel_url ?? null,
        clientReferenceId: params.client_reference_id ?? null,
        customer: customer?.id ?? null,
        customerEmail: params.customer_email ?? null,
        expiresAt: params.expires_at ?? null,
        metadata: params.metadata,
        customerCreation: params.customer_creation ?? 'if_required',
        locale: (params.locale ?? null) as Stripe.Checkout.Session.Locale | null,
        submitType: params.submit_type ?? null,
        intent: {
          metadata: intent?.metadata ?? {},
          description: intent?.description ?? null,
          receiptEmail: intent?.receipt_email ?? null,
          statementDescriptorSuffix: intent?.statement_descriptor_suffix ?? null,
          transferGroup: intent?.transfer_group ?? null,
        },
        manualCapture: intent?.capture_method === 'manual',
      })
    },
  }),
  listOperation(path, 'checkout.session', ['customer', 'payment_intent', 'status']),
  operation({
    method: 'GET',
    path: `${path}/:id`,
    params: z.strictObject({ expand }),
    run: ({ emulation, account, id }) => emulation.store.find('checkout.session', id, account),
  }),
  operation({
    method: 'POST',
    path: `${path}/:id/expire`,
    params: z.strictObject({ expand }),
    run: ({ emulation, account, id }) =>
      expireSession(emulation, emulation.store.find('checkout.session', id, account), account),
  }),
  operation({
    method: 'GET',
    path: `${path}/:id/line_items`,
    params: z.strictObject(listParams),
    run({ emulation, account, id, params }) {
      const { lineItems } = emulation.store.find('emulator.checkout_details', id, account)
      // Unlike every other list, this one keeps the order in which the items were given.
      return paginate(lineItems.toReversed(), params, `/v1${path}/${id}/line_items`)
    },
  }),
]
