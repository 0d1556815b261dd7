import type Stripe from 'stripe'
import { z } from 'zod'
import { missing } from '../fault.ts'
import { operation } from '../operation.ts'
import { paginate } from '../paginate.ts'
import {
  amount,
  clearableText,
  currency,
  expand,
  inRange,
  listParams,
  mergedMetadata,
  metadata,
  type ParamsOf,
} from '../params.ts'
import { createTransfer, reverseTransfer } from '../transfer.ts'

const path = '/transfers'

/** https://docs.stripe.com/api/transfers and their reversals. */
export const transferOperations = [
  operation({
    method: 'POST',
    path,
    params: z.strictObject({
      amount,
      currency,
      description: clearableText.optional(),
      destination: z.string(),
      metadata,
      source_transaction: z.string().optional(),
      source_type: z.literal('card').optional(),
      transfer_group: z.string().optional(),
      expand,
    } satisfies ParamsOf<Stripe.TransferCreateParams>),
    run({ emulation, params }) {
      const { source_transaction: source } = params
      return createTransfer(emulation, {
        amount: params.amount,
        currency: params.currency,
        destination: emulation.store.find('account', params.destination, null, 'destination'),
        description: params.description ?? null,
        metadata: params.metadata,
        transferGroup: params.transfer_group ?? null,
        source: source ? emulation.store.find('charge', source, null, 'source_transaction') : null,
      })
    },
  }),
  operation({
    method: 'GET',
    path,
    params: z.strictObject({
      ...listParams,
      destination: z.string().optional(),
      transfer_group: z.string().optional(),
    } satisfies ParamsOf<Stripe.TransferListParams>),
    run({ emulation, params }) {
      const { destination, transfer_group: group } = params
      const found = emulation.store
        .list('transfer', null)
        .filter(
          (transfer) =>
            (!destination || transfer.destination === destination) &&
            (!group || transfer.transfer_group === group) &&
            inRange(transfer.created, params.created),
        )
      return paginate(found, params, `/v1${path}`)
    },
  }),
  operation({
    method: 'GET',
    path: `${path}/:id`,
    params: z.strictObject({ expand }),
    run: ({ emulation, id }) => emulation.store.find('transfer', id, null),
  }),
  operation({
    method: 'POST',
    path: `${path}/:id`,
    params: z.strictObject({
      description: clearableText.optional(),
      metadata,
      expand,
    } satisfies ParamsOf<Stripe.TransferUpdateParams>),
    run({ emulation, id, params }) {
      const transfer = emulation.store.find('transfer', id, null)
      emulation.store.change('transfer', id, {
        description: params.description === undefined ? transfer.description : params.description,
        metadata: mergedMetadata(transfer.metadata, params.metadata),
      })
      emulation.events.emit('transfer.updated', transfer, { account: null })
      return transfer
    },
  }),
  operation({
    method: 'POST',
    path: `${path}/:id/reversals`,
    params: z.strictObject({
      amount: amount.optional(),
      metadata,
      expand,
    } satisfies ParamsOf<Stripe.TransferCreateReversalParams>),
    run: ({ emulation, id, params }) =>
      reverseTransfer(emulation, {
        transfer: emulation.store.find('transfer', id, null),
        amount: params.amount,
        metadata: params.metadata,
      }),
  }),
  operation({
    method: 'GET',
    path: `${path}/:id/reversals`,
    params: z.strictObject(listParams),
    run({ emulation, id, params }) {
      emulation.store.find('transfer', id, null)
      const found = emulation.store.list('transfer_reversal', null).filter((reversal) => reversal.transfer === id)
      return paginate(found, params, `/v1${path}/${id}/reversals`)
    },
  }),
  operation({
    method: 'GET',
    path: `${path}/:id/reversals/:subId`,
    params: z.strictObject({ expand }),
    run({ emulation, id, subId }) {
      const reversal = emulation.store.find('transfer_reversal', subId, null)
      if (reversal.transfer !== id) throw missing('transfer_reversal', subId)
      return reversal
    },
  }),
]
