import { z } from 'zod'
import { createSession, expireSession } from '../checkout.ts'
import { refused } from '../fault.ts'
import { listOperation } from '../list-operation.ts'
import { operation } from '../operation.ts'
import { paginate } from '../paginate.ts'
import { amount, clearableText, currency, expand, listParams, metadata, wholeNumber } from '../params.ts'

const path = '/checkout/sessions'

const url = z.url({ protocol: /^https?$/, error: 'Not a valid URL' })

const item = z.strictObject({
  price_data: z.strictObject({
    currency,
    unit_amount: amount,
    product_data: z.strictObject({
      name: z.string().min(1),
      description: z.string().optional(),
      images: z.array(z.string()).optional(),
      metadata,
      tax_code: z.string().optional(),
    }),
    tax_behavior: z.string().optional(),
  }),
  quantity: wholeNumber.refine((value) => value > 0, 'This value must be greater than or equal to 1.').default(1),
})

const create = z.strictObject({
  mode: z.literal('payment', { error: 'The emulator knows only the mode `payment`.' }),
  line_items: z.array(item).min(1).max(100),
  success_url: url,
  cancel_url: url.optional(),
  client_reference_id: z.string().max(200).optional(),
  customer: z.string().optional(),
  customer_creation: z.enum(['always', 'if_required']).optional(),
  customer_email: z.string().optional(),
  expires_at: wholeNumber.optional(),
  locale: z.string().optional(),
  metadata,
  payment_intent_data: z
    .strictObject({
      capture_method: z.enum(['automatic', 'automatic_async', 'manual']).optional(),
      description: clearableText.optional(),
      metadata,
      receipt_email: z.string().optional(),
      statement_descriptor: z.string().optional(),
      statement_descriptor_suffix: z.string().optional(),
      transfer_group: z.string().optional(),
    })
    .optional(),
  payment_method_types: z.array(z.literal('card')).optional(),
  submit_type: z.string().optional(),
  ui_mode: z.enum(['hosted', 'hosted_page']).optional(),
  expand,
})

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
        intent: {
          metadata: intent?.metadata ?? {},
          description: intent?.description ?? null,
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
