import type Stripe from 'stripe'
import { z } from 'zod'
import { balanceOf } from '../ledger.ts'
import { operation } from '../operation.ts'
import { paginate } from '../paginate.ts'
import { expand, inRange, listParams, type ParamsOf } from '../params.ts'

const path = '/balance_transactions'

/** https://docs.stripe.com/api/balance and balance transactions. */
export const balanceOperations = [
  operation({
    method: 'GET',
    path: '/balance',
    params: z.strictObject({ expand }),
    run: ({ emulation, account }) => balanceOf(emulation, account),
  }),
  operation({
    method: 'GET',
    path,
    params: z.strictObject({
      ...listParams,
      currency: z.string().optional(),
      payout: z.string().optional(),
      source: z.string().optional(),
      type: z.string().optional(),
    } satisfies ParamsOf<Stripe.BalanceTransactionListParams>),
    run({ emulation, account, params }) {
      const { currency, payout, type } = params
      const source = params.source ?? payout
      const found = emulation.store
        .list('balance_transaction', account)
        .filter(
          (transaction) =>
            (!currency || transaction.currency === currency) &&
            (!source || transaction.source === source) &&
            (!type || transaction.type === type) &&
            inRange(transaction.created, params.created),
        )
      return paginate(found, params, `/v1${path}`)
    },
  }),
  operation({
    method: 'GET',
    path: `${path}/:id`,
    params: z.strictObject({ expand }),
    run: ({ emulation, account, id }) => emulation.store.find('balance_transaction', id, account),
  }),
]
