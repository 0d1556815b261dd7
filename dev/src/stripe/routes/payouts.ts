import type Stripe from 'stripe'
import { z } from 'zod'
import { listOperation } from '../list-operation.ts'
import { operation } from '../operation.ts'
import { amount, clearableText, currency, expand, metadata, type ParamsOf } from '../params.ts'
import { cancelPayout, createPayout } from '../payout.ts'

const path = '/payouts'

/** https://docs.stripe.com/api/payouts, on the platform or with `Stripe-Account` on a connected account. */
export const payoutOperations = [
  operation({
    method: 'POST',
    path,
    params: z.strictObject({
      amount,
      currency,
      description: clearableText.optional(),
      metadata,
      method: z.enum(['standard', 'instant']).default('standard'),
      source_type: z.literal('card').optional(),
      statement_descriptor: z.string().max(22).optional(),
      expand,
    } satisfies ParamsOf<Stripe.PayoutCreateParams>),
    run: ({ emulation, account, params }) =>
      createPayout(emulation, {
        account,
        amount: params.amount,
        currency: params.currency,
        description: params.description ?? null,
        metadata: params.metadata,
        method: params.method,
        statementDescriptor: params.statement_descriptor ?? null,
      }),
  }),
  listOperation(path, 'payout', ['status']),
  operation({
    method: 'GET',
    path: `${path}/:id`,
    params: z.strictObject({ expand }),
    run: ({ emulation, account, id }) => emulation.store.find('payout', id, account),
  }),
  operation({
    method: 'POST',
    path: `${path}/:id/cancel`,
    params: z.strictObject({ expand }),
    run: ({ emulation, account, id }) => cancelPayout(emulation, emulation.store.find('payout', id, account)),
  }),
]
