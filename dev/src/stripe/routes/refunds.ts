import type Stripe from 'stripe'
import { z } from 'zod'
import { idIn } from '../charge.ts'
import type { AccountId, Emulation } from '../emulation.ts'
import { badParameter, refused } from '../fault.ts'
import { listOperation } from '../list-operation.ts'
import { operation } from '../operation.ts'
import { amount, expand, mergedMetadata, metadata, type ParamsOf } from '../params.ts'
import { createRefund } from '../refund.ts'

const path = '/refunds'

function chargeFor(
  emulation: Emulation,
  account: AccountId,
  { charge, intent }: { charge: string | undefined; intent: string | undefined },
) {
  if (charge) return emulation.store.find('charge', charge, account, 'charge')
  if (!intent) {
    throw badParameter('One of the following params should be provided for this request: payment_intent or charge.', {
      code: 'parameter_missing',
    })
  }
  const latest = idIn(emulation.store.find('payment_intent', intent, account, 'payment_intent').latest_charge)
  if (latest) return emulation.store.find('charge', latest, account)
  throw refused(`This PaymentIntent (${intent}) does not have a successful charge to refund.`)
}

/** https://docs.stripe.com/api/refunds */
export const refundOperations = [
  operation({
    method: 'POST',
    path,
    params: z.strictObject({
      amount: amount.optional(),
      charge: z.string().optional(),
      metadata,
      payment_intent: z.string().optional(),
      reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
      expand,
    } satisfies ParamsOf<Stripe.RefundCreateParams>),
    run: ({ emulation, account, params }) =>
      createRefund(emulation, {
        account,
        charge: chargeFor(emulation, account, { charge: params.charge, intent: params.payment_intent }),
        amount: params.amount,
        reason: params.reason,
        metadata: params.metadata,
      }),
  }),
  listOperation(path, 'refund', ['charge', 'payment_intent']),
  operation({
    method: 'GET',
    path: `${path}/:id`,
    params: z.strictObject({ expand }),
    run: ({ emulation, account, id }) => emulation.store.find('refund', id, account),
  }),
  operation({
    method: 'POST',
    path: `${path}/:id`,
    params: z.strictObject({ metadata, expand } satisfies ParamsOf<Stripe.RefundUpdateParams>),
    run({ emulation, account, id, params }) {
      const refund = emulation.store.find('refund', id, account)
      const previous = { metadata: refund.metadata }
      emulation.store.change('refund', id, { metadata: mergedMetadata(refund.metadata ?? {}, params.metadata) })
      emulation.events.emit('refund.updated', refund, { account, previous })
      return refund
    },
  }),
]
