import type { Transaction } from '@gigraph/shared/database'
import { negate } from '@gigraph/shared/money'
import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { platformLoss, stripeClearing } from '../ledger/account.ts'
import { post } from '../ledger/post.ts'
import { fromStripeCurrency } from '../stripe/open-stripe.ts'
import { saveDispute } from './dispute-store.ts'
import type { DisputeRow } from './tables.ts'

/**
 * Books what Stripe has charged for a dispute, as its movements say: whether a fee comes back with a won dispute depends on the country
 * and the contract. The row is locked by the caller.
 */
export const bookDisputeFee = async (
  ctx: Context,
  tx: Transaction,
  { id, paymentId, currency, feeMinor }: DisputeRow,
  { balance_transactions: movements }: Stripe.Dispute,
): Promise<void> => {
  const charged = movements
    .filter((movement) => fromStripeCurrency(movement.currency) === currency)
    .reduce((sum, { fee }) => sum + fee, 0)
  if (charged === feeMinor) return
  await saveDispute(tx, id, { feeMinor: charged })
  const fee = { amountMinor: charged - feeMinor, currency }
  await post(ctx, tx, {
    ...{ kind: 'DISPUTE_FEE', cause: `dispute-fee:${id}:${movements.length}`, paymentId },
    entries: [
      { account: platformLoss, amount: negate(fee) },
      { account: stripeClearing, amount: fee },
    ],
  })
}
