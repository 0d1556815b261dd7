import { transaction } from '@gigraph/shared/database'
import { type Money, negate } from '@gigraph/shared/money'
import type { Context } from '../context.ts'
import { payoutFailed, payoutPaid } from '../events.ts'
import { payoutReserve, sellerAvailable, stripeClearing } from '../ledger/account.ts'
import { post } from '../ledger/post.ts'
import { findPayoutForUpdate, savePayout } from './payout-store.ts'
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
export const recordPayoutFailure = (ctx: Context, payoutId: string, reason: string): Promise<void> =>
  transaction(ctx.db, async (tx) => {
    const payout = await findPayoutForUpdate(tx, payoutId)
    if (payout.state === 'FAILED') return
    const amount = amountOf(payout)
    const { userId } = payout
    await savePayout(tx, payoutId, { state: 'FAILED', failureReason: reason, settledAt: ctx.clock.now() })
    await post(ctx, tx, {
      kind: 'PAYOUT_RETURNED',
      cause: `payout-returned:${payoutId}`,
      entries: [
        { account: payout.state === 'PAID' ? stripeClearing : payoutReserve(userId), amount: negate(amount) },
        { account: sellerAvailable(userId), amount },
      ],
      lines: [{ userId, kind: 'PAYOUT_RETURNED', amount, description: 'Payout returned' }],
    })
    await ctx.publish(tx, payoutFailed, { payoutId, userId, amount, reason })
  })
