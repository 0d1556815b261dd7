import type { Transaction } from '@gigraph/shared/database'
import { type Money, negate } from '@gigraph/shared/money'
import type { Context } from '../context.ts'
import { pointsCredited, pointsDebited } from '../events.ts'
import {
  chargebackReserve,
  POINTS,
  platformLoss,
  pointsIssued,
  pointsLiability,
  points as pointsOf,
  stripeClearing,
  stripeDisputed,
} from '../ledger/account.ts'
import { balanceForUpdate } from '../ledger/ledger-store.ts'
import { type Entry, post } from '../ledger/post.ts'
import { findPaymentForUpdate, savePayment } from '../payment/payment-store.ts'
import type { PaymentRow } from '../payment/tables.ts'
import { fromStripeCurrency } from '../stripe/open-stripe.ts'
import { findOptionalDispute, insertDispute, saveOutcome } from './dispute-store.ts'
import type { Opening } from './record-dispute.ts'
import type { DisputeRow } from './tables.ts'

/**
 * Notes, once, that bought points were charged back: the buyer's points go, as far as they are not spent, and their worth is held until
 * the bank has decided. Creators of tools keep what they have earned with the others; that is the platform's loss.
 */
export const openPointsDispute = async (
  ctx: Context,
  tx: Transaction,
  { paymentId, dispute, feeMinor }: Opening,
): Promise<void> => {
  const payment = await findPaymentForUpdate(tx, paymentId)
  if ((await findOptionalDispute(tx, dispute.id)) || payment.state !== 'SUCCEEDED') return
  const { buyerId, title } = payment
  const amount: Money = { amountMinor: dispute.amount, currency: fromStripeCurrency(dispute.currency) }
  const held = Math.min(pointsWithin(payment, dispute.amount), await balanceForUpdate(tx, pointsOf(buyerId), POINTS))
  const worthMinor = held * ctx.config.POINT_VALUE_CENTS
  await insertDispute(tx, {
    ...{ id: dispute.id, paymentId, ...amount, feeMinor, reason: dispute.reason, state: 'OPEN' },
    sources: { points: held, points_liability: worthMinor },
    openedAt: ctx.clock.now(),
  })
  await savePayment(tx, paymentId, { disputeState: 'OPEN' })
  await post(ctx, tx, {
    kind: 'CHARGEBACK',
    cause: `dispute:${dispute.id}`,
    paymentId,
    entries: [
      ...pointEntries(buyerId, { held: -held, worthMinor: -worthMinor }),
      { account: stripeDisputed, amount: negate(amount) },
      { account: stripeClearing, amount },
      ...feeEntries({ ...amount, amountMinor: feeMinor }),
    ],
    lines: [{ userId: buyerId, kind: 'CHARGEBACK', amount: inPoints(-held), description: title }],
  })
  if (held > 0) await ctx.publish(tx, pointsDebited, { userId: buyerId, points: held, reason: 'CHARGEBACK' })
}

/** Ends a chargeback of points, once. The row is locked by the caller. */
export const closePointsDispute = async (
  ctx: Context,
  tx: Transaction,
  dispute: DisputeRow,
  outcome: 'WON' | 'LOST',
): Promise<void> => {
  if (dispute.state !== 'OPEN') return
  const payment = await findPaymentForUpdate(tx, dispute.paymentId)
  const { id: paymentId, buyerId, title } = payment
  await saveOutcome(tx, dispute.id, { state: outcome, closedAt: ctx.clock.now() })
  await savePayment(tx, paymentId, { disputeState: outcome })
  const won = outcome === 'WON'
  const held = dispute.sources.points ?? 0
  await post(ctx, tx, {
    kind: won ? 'CHARGEBACK_WON' : 'CHARGEBACK_LOST',
    cause: `dispute-closed:${dispute.id}`,
    paymentId,
    entries: won ? wonEntries(dispute, buyerId) : lostEntries(dispute, buyerId),
    lines: won ? [{ userId: buyerId, kind: 'CHARGEBACK_RETURNED', amount: inPoints(held), description: title }] : [],
  })
  if (won && held > 0)
    await ctx.publish(tx, pointsCredited, { userId: buyerId, points: held, reason: 'CHARGEBACK_RETURNED' })
}

const wonEntries = ({ sources, amountMinor, currency, feeMinor }: DisputeRow, buyerId: string): Entry[] => [
  ...pointEntries(buyerId, { held: sources.points ?? 0, worthMinor: sources.points_liability ?? 0 }),
  { account: stripeDisputed, amount: { amountMinor, currency } },
  { account: stripeClearing, amount: { amountMinor: -amountMinor, currency } },
  ...feeEntries({ amountMinor: -feeMinor, currency }),
]

/** What the points were worth that could be taken bears a part; the platform the rest. */
const lostEntries = ({ sources, amountMinor, currency }: DisputeRow, buyerId: string): Entry[] => {
  const worthMinor = sources.points_liability ?? 0
  return [
    { account: stripeDisputed, amount: { amountMinor, currency } },
    { account: chargebackReserve(buyerId), amount: { amountMinor: -worthMinor, currency } },
    { account: platformLoss, amount: { amountMinor: worthMinor - amountMinor, currency } },
  ]
}

const inPoints = (amountMinor: number): Money => ({ amountMinor, currency: POINTS })

/** The points that a part of the payment has bought. */
const pointsWithin = ({ points, amountMinor }: PaymentRow, partMinor: number): number =>
  Math.min(points ?? 0, Math.ceil(((points ?? 0) * partMinor) / amountMinor))

/** Points and the money behind them, to the buyer or (below zero) into the reserve. */
const pointEntries = (
  buyerId: string,
  { held, worthMinor }: { readonly held: number; readonly worthMinor: number },
): Entry[] => [
  { account: pointsOf(buyerId), amount: inPoints(held) },
  { account: pointsIssued, amount: inPoints(-held) },
  { account: pointsLiability, amount: { amountMinor: worthMinor, currency: 'USD' } },
  { account: chargebackReserve(buyerId), amount: { amountMinor: -worthMinor, currency: 'USD' } },
]

/** What Stripe takes for the dispute, or below zero gives back. */
const feeEntries = (fee: Money): Entry[] => [
  { account: platformLoss, amount: negate(fee) },
  { account: stripeClearing, amount: fee },
]
