import { type Transaction, transaction } from '@gigraph/shared/database'
import { type Money, negate } from '@gigraph/shared/money'
import type { Context } from '../context.ts'
import { lockSeller } from '../earnings/earning-store.ts'
import { giveToSeller } from '../earnings/give-to-seller.ts'
import { payoutFailed, payoutPaid } from '../events.ts'
import { payoutReserve, sellerAvailable, stripeClearing } from '../ledger/account.ts'
import { post } from '../ledger/post.ts'
import { findPayout, findPayoutForUpdate, savePayout } from './payout-store.ts'
import type { PayoutRow } from './tables.ts'

const amountOf = ({ amountMinor, currency }: PayoutRow): Money => ({ amountMinor, currency })

/** The money is at the seller's bank. Once. */
export const recordPayoutPaid = (ctx: Context, payoutId: string): Promise<void> =>
  transaction(ctx.db, async (tx) => {
    const payout = await findPayoutForUpdate(tx, payoutId)
    if (payout.state === 'PAID' || payout.state === 'FAILED') return
    const amount = amountOf(payout)
    await savePayout(tx, payoutId, { state: 'PAID', settledAt: ctx.clock.now() })
    await post(ctx, tx, {
      kind: 'PAYOUT',
      cause: `payout:${payoutId}`,
      entries: [
        { account: payoutReserve(payout.userId), amount: negate(amount) },
        { account: stripeClearing, amount },
      ],
    })
    await ctx.publish(tx, payoutPaid, { payoutId, userId: payout.userId, amount })
  })

/** The bank or Stripe refused, perhaps after it was paid: the money is available again. Once. */
export const recordPayoutFailure = async (ctx: Context, payoutId: string, reason: string): Promise<void> => {
  const { userId } = await findPayout(ctx.db, payoutId)
  await transaction(ctx.db, async (tx) => {
    // The seller's lock comes before their payouts', as where money is taken from them.
    await lockSeller(tx, userId)
    const payout = await findPayoutForUpdate(tx, payoutId)
    if (payout.state !== 'FAILED') await returnPayout(ctx, tx, payout, reason)
  })
}

/** Ends a payout whose money is back; debts are paid from it first. The seller and the payout are locked by the caller. */
export const returnPayout = async (ctx: Context, tx: Transaction, payout: PayoutRow, reason: string): Promise<void> => {
  const { id: payoutId, userId } = payout
  const amount = amountOf(payout)
  const { entries } = await giveToSeller(tx, { sellerId: userId, amount, to: sellerAvailable })
  await savePayout(tx, payoutId, { state: 'FAILED', failureReason: reason, settledAt: ctx.clock.now() })
  await post(ctx, tx, {
    kind: 'PAYOUT_RETURNED',
    cause: `payout-returned:${payoutId}`,
    entries: [
      { account: payout.state === 'PAID' ? stripeClearing : payoutReserve(userId), amount: negate(amount) },
      ...entries,
    ],
    lines: [{ userId, kind: 'PAYOUT_RETURNED', amount, description: 'Payout returned' }],
  })
  await ctx.publish(tx, payoutFailed, { payoutId, userId, amount, reason })
}
