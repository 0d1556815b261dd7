import type { Transaction } from '@gigraph/shared/database'
import { negate } from '@gigraph/shared/money'
import type { Context } from '../context.ts'
import { isDebt } from '../earnings/take-from-seller.ts'
import { pointsDebited } from '../events.ts'
import { type Account, platformLoss, points as pointsOf, promotions, sellerReceivable } from '../ledger/account.ts'
import type { Entry } from '../ledger/post.ts'
import { paymentFacts } from '../payment/payment.ts'
import type { PaymentRow } from '../payment/tables.ts'
import { pointsWithin, takePoints } from '../points/take-points.ts'
import { takeBack } from '../settlement/take-back.ts'
import type { Line } from '../statement/statement-store.ts'

interface Asked {
  /** Locked by the caller, and its order. */
  readonly payment: PaymentRow
  readonly amountMinor: number
}

/** Where the money of a refund comes from. */
interface Sources {
  /** Negative entries that sum to the amount, and in points to zero. */
  readonly sources: readonly Entry[]
  readonly lines: readonly Line[]
  /** Who had too little, so that the seller owes it or the platform bears it; null: the money was there. */
  readonly short: Account | null
}

const fromOrder = async (ctx: Context, tx: Transaction, { payment, amountMinor }: Asked): Promise<Sources> => {
  const { sellerId } = paymentFacts(payment)
  const { entries, sellerMinor } = await takeBack(ctx, tx, { payment, amountMinor })
  const owes = entries.some(isDebt)
  const amount = { amountMinor: -sellerMinor, currency: payment.currency }
  return {
    sources: entries,
    lines: [{ userId: sellerId, kind: 'EARNING_REVERSED', amount, description: payment.title }],
    short: owes ? sellerReceivable(sellerId) : null,
  }
}

/** The points that were bought with it go. What they were worth beyond the price had been the platform's gift. */
const fromPoints = async (ctx: Context, tx: Transaction, { payment, amountMinor }: Asked): Promise<Sources> => {
  const { buyerId, currency, title } = payment
  const { points, worth, entries } = await takePoints(ctx, tx, { payment, amountMinor })
  const difference = worth.amountMinor - amountMinor
  const account = difference > 0 ? promotions : platformLoss
  if (points.amountMinor > 0)
    await ctx.publish(tx, pointsDebited, { userId: buyerId, points: points.amountMinor, reason: 'REFUND' })
  return {
    sources: [...entries, { account, amount: { amountMinor: difference, currency } }],
    lines: [{ userId: buyerId, kind: 'POINTS_RETURNED', amount: negate(points), description: title }],
    short: points.amountMinor < pointsWithin(payment, amountMinor) ? pointsOf(buyerId) : null,
  }
}

/** Takes what a refund gives back from wherever it has got to: an order's money, or the points that were bought. */
export const takeForRefund = (ctx: Context, tx: Transaction, asked: Asked): Promise<Sources> =>
  (asked.payment.purpose === 'POINTS' ? fromPoints : fromOrder)(ctx, tx, asked)
