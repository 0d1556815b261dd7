import type { Transaction } from '@gigraph/shared/database'
import { type Money, negate } from '@gigraph/shared/money'
import type { Context } from '../context.ts'
import { giveToSeller } from '../earnings/give-to-seller.ts'
import { pointsCredited } from '../events.ts'
import {
  chargebackReserve,
  escrow,
  POINTS,
  platformFee,
  platformLoss,
  refundsPayable,
  sellerAvailable,
  stripeClearing,
  stripeDisputed,
} from '../ledger/account.ts'
import { type Entry, post } from '../ledger/post.ts'
import { paymentFacts } from '../payment/payment.ts'
import { savePayment } from '../payment/payment-store.ts'
import type { PaymentRow } from '../payment/tables.ts'
import { returnPoints } from '../points/take-points.ts'
import { oweAgain } from '../refund/call-off-refund.ts'
import { lockPayment } from '../settlement/lock-payment.ts'
import { settleOrder } from '../settlement/settle-order.ts'
import type { Line } from '../statement/statement-store.ts'
import { bearerOf, heldMinor, sellerPart } from './dispute.ts'
import { findOptionalDisputeForUpdate, saveDispute } from './dispute-store.ts'
import type { DisputeRow } from './tables.ts'

/** Ends a chargeback, once; one that was lost may still be won on appeal. */
export const closeDispute = async (
  ctx: Context,
  tx: Transaction,
  { paymentId, disputeId, outcome }: { paymentId: string; disputeId: string; outcome: 'WON' | 'LOST' },
): Promise<void> => {
  const before = await lockPayment(tx, paymentId)
  const dispute = await findOptionalDisputeForUpdate(tx, disputeId)
  if (!dispute || dispute.state === 'WON' || dispute.state === outcome) return
  const won = outcome === 'WON'
  await saveDispute(tx, disputeId, { state: outcome, closedAt: ctx.clock.now() })
  const payment = await savePayment(tx, paymentId, {
    disputeState: outcome,
    ...(won && { disputedMinor: before.disputedMinor - dispute.amountMinor }),
  })
  await post(ctx, tx, {
    ...{ kind: `CHARGEBACK_${outcome}`, orderId: payment.orderId, paymentId },
    cause: dispute.state === 'LOST' ? `dispute-appealed:${disputeId}` : `dispute-closed:${disputeId}`,
    entries: [
      ...(dispute.state === 'LOST' ? lostEntries(dispute, payment).map(undone) : []),
      ...(won ? await wonEntries(tx, dispute, payment) : lostEntries(dispute, payment)),
    ],
    lines: won ? [returnedLine(dispute, payment)] : [],
  })
  if (won) await tellReturned(ctx, tx, dispute, payment)
  if (payment.orderId) await settleOrder(ctx, tx, payment.orderId)
}

const undone = ({ account, amount }: Entry): Entry => ({ account, amount: negate(amount) })

/** The bank keeps the money: from what was held; the platform bears the rest. */
const lostEntries = (dispute: DisputeRow, payment: PaymentRow): Entry[] => {
  const { amountMinor, currency } = dispute
  const held = heldMinor(dispute)
  return [
    { account: chargebackReserve(bearerOf(payment)), amount: { amountMinor: -held, currency } },
    { account: platformLoss, amount: { amountMinor: held - amountMinor, currency } },
    { account: stripeDisputed, amount: { amountMinor, currency } },
  ]
}

/** The money is back, and goes back to where it was held from. */
const wonEntries = async (tx: Transaction, dispute: DisputeRow, payment: PaymentRow): Promise<Entry[]> => {
  const { sources, amountMinor, currency } = dispute
  const money = (minor = 0): Money => ({ amountMinor: minor, currency })
  return [
    { account: chargebackReserve(bearerOf(payment)), amount: money(-heldMinor(dispute)) },
    { account: stripeDisputed, amount: money(amountMinor) },
    { account: stripeClearing, amount: money(-amountMinor) },
    { account: refundsPayable, amount: money(sources.refunds_payable) },
    ...(payment.purpose === 'POINTS' ? pointsBack(dispute, payment) : await orderBack(tx, dispute, payment)),
  ]
}

const pointsBack = ({ sources }: DisputeRow, { buyerId }: PaymentRow): Entry[] =>
  returnPoints(buyerId, { points: sources.points ?? 0, worthMinor: sources.points_liability ?? 0 })

const orderBack = async (tx: Transaction, dispute: DisputeRow, payment: PaymentRow): Promise<Entry[]> => {
  const { sources, currency } = dispute
  const { orderId, sellerId } = paymentFacts(payment)
  const amount = { amountMinor: sellerPart(dispute), currency }
  const { entries } = await giveToSeller(tx, { sellerId, amount, to: sellerAvailable })
  return [
    { account: escrow(orderId), amount: { amountMinor: sources.escrow ?? 0, currency } },
    { account: platformFee, amount: { amountMinor: sources.platform_fee ?? 0, currency } },
    ...entries,
  ]
}

/** How the one who bore it reads that it is back. */
const returnedLine = (dispute: DisputeRow, payment: PaymentRow): Line => ({
  ...{ userId: bearerOf(payment), kind: 'CHARGEBACK_RETURNED', description: payment.title },
  amount:
    payment.purpose === 'POINTS'
      ? { amountMinor: dispute.sources.points ?? 0, currency: POINTS }
      : { amountMinor: sellerPart(dispute), currency: dispute.currency },
})

const tellReturned = async (ctx: Context, tx: Transaction, { sources }: DisputeRow, payment: PaymentRow) => {
  if (sources.refunds_payable) await oweAgain(ctx, tx, payment)
  if (sources.points)
    await ctx.publish(tx, pointsCredited, {
      ...{ userId: payment.buyerId, points: sources.points, reason: 'CHARGEBACK_RETURNED' },
    })
}
