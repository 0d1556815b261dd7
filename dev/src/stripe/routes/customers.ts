import type Stripe from 'stripe'
import { z } from 'zod'
import { newId } from '../ids.ts'
import { listOperation } from '../list-operation.ts'
import { operation } from '../operation.ts'
import { clearableText, expand, mergedMetadata, metadata, type ParamsOf } from '../params.ts'

const fields = {
  description: clearableText.optional(),
  email: clearableText.optional(),
  name: clearableText.optional(),
  phone: clearableText.optional(),
  metadata,
  expand,
} satisfies ParamsOf<Stripe.CustomerCreateParams & Stripe.CustomerUpdateParams>

const path = '/customers'

/** https://docs.stripe.com/api/customers, without sources, subscriptions and cash balances. */
export const customerOperations = [
  operation({
    method: 'POST',
    path,
    params: z.strictObject(fields),
    run({ emulation, account, params }) {
      const id = newId('cus')
      const customer: Stripe.Customer = {
        id,
        object: 'customer',
        address: null,
        balance: 0,
        created: emulation.now(),
        currency: null,
        default_source: null,
        delinquent: false,
        description: params.description ?? null,
        discount: null,
        email: params.email ?? null,
        invoice_prefix: id.slice(-8).toUpperCase(),
        invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
        livemode: false,
        metadata: params.metadata,
        name: params.name ?? null,
        phone: params.phone ?? null,
        preferred_locales: [],
        shipping: null,
        tax_exempt: 'none',
        test_clock: null,
      }
      emulation.store.save('customer', customer, account)
      emulation.events.emit('customer.created', customer, { account })
      return customer
    },
  }),
  listOperation(path, 'customer', ['email']),
  operation({
    method: 'GET',
    path: `${path}/:id`,
    params: z.strictObject({ expand }),
    run: ({ emulation, account, id }) => emulation.store.find('customer', id, account),
  }),
  operation({
    method: 'POST',
    path: `${path}/:id`,
    params: z.strictObject(fields),
    run({ emulation, account, id, params }) {
      const customer = emulation.store.find('customer', id, account)
      const { expand: _, metadata: tags, ...texts } = params
      const given = Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined))
      emulation.store.change('customer', id, { ...given, metadata: mergedMetadata(customer.metadata, tags) })
      emulation.events.emit('customer.updated', customer, { account })
      return customer
    },
  }),
  operation({
    method: 'DELETE',
    path: `${path}/:id`,
    params: z.strictObject({}),
    run({ emulation, account, id }) {
      const customer = emulation.store.find('customer', id, account)
      emulation.store.remove('customer', id)
      emulation.events.emit('customer.deleted', customer, { account })
      return { id, object: 'customer', deleted: true } satisfies Stripe.DeletedCustomer
    },
  }),
]
