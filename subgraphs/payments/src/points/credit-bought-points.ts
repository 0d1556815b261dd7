import type { Transaction } from '@gigraph/shared/database'
import { negate } from '@gigraph/shared/money'
import type { Context } from '../context.ts'
import { pointsCredited } from '../events.ts'
import {
  POINTS,
  pointsIssued,
  pointsLiability,
  points as pointsOf,
  promotions,
  stripeClearing,
} from '../ledger/account.ts'
import { type Entry, post } from '../ledger/post.ts'
import { amountOf } from '../payment/payment.ts'
import type { PaymentRow } from '../payment/tables.ts'

/** Credits points that were paid. Their full worth is set aside; what a pack's discount leaves open is the platform's gift. */
export const creditBoughtPoints = async (
  ctx: Context,
  tx: Transaction,
  payment: PaymentRow,
  fee: readonly Entry[],
): Promise<void> => {
  const { buyerId, points, id: paymentId } = payment
  if (!points) throw new Error(`payment ${paymentId} is not of points`)
  const paid = amountOf(payment)
  const worth = { amountMinor: points * ctx.config.POINT_VALUE_CENTS, currency: 'USD' }
  const discount = { amountMinor: worth.amountMinor - paid.amountMinor, currency: 'USD' }
  const credited = { amountMinor: points, currency: POINTS }
  await post(ctx, tx, {
    kind: 'POINTS_BOUGHT',
    cause: `payment:${paymentId}`,
    paymentId,
    entries: [
      { account: stripeClearing, amount: negate(paid) },
      { account: promotions, amount: negate(discount) },
      { account: pointsLiability, amount: worth },
      { account: pointsIssued, amount: negate(credited) },
      { account: pointsOf(buyerId), amount: credited },
      ...fee,
    ],
    lines: [
      { userId: buyerId, kind: 'PAYMENT', amount: negate(paid), description: payment.title },
      { userId: buyerId, kind: 'POINTS_BOUGHT', amount: credited, description: payment.title },
    ],
  })
  await ctx.publish(tx, pointsCredited, { userId: buyerId, points, reason: 'BOUGHT' })
}
