import type { Transaction } from '@gigraph/shared/database'
import { type Money, negate } from '@gigraph/shared/money'
import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { giveToSeller } from '../earnings/give-to-seller.ts'
import { paymentDisputed } from '../events.ts'
import {
  chargebackReserve,
  escrow,
  platformFee,
  platformLoss,
  sellerAvailable,
  stripeClearing,
  stripeDisputed,
} from '../ledger/account.ts'
import { type Entry, netEntries, post } from '../ledger/post.ts'
import { paymentFacts } from '../payment/payment.ts'
import { findPayment, findPaymentForUpdate, savePayment } from '../payment/payment-store.ts'
import { lockOrderAccount } from '../settlement/order-account-store.ts'
import { settleOrder } from '../settlement/settle-order.ts'
import { takeBack } from '../settlement/take-back.ts'
import { fromStripeCurrency } from '../stripe/open-stripe.ts'
import { findOptionalDispute, insertDispute, saveOutcome } from './dispute-store.ts'
import type { DisputeRow } from './tables.ts'

/** A chargeback that the bank has begun. */
export interface Opening {
  readonly paymentId: string
  readonly dispute: Stripe.Dispute
  readonly feeMinor: number
}

/** Notes a chargeback, once: the money is held from wherever it is until the bank has decided; the platform bears the fee. */
export const openDispute = async (
  ctx: Context,
  tx: Transaction,
  { paymentId, dispute, feeMinor }: Opening,
): Promise<void> => {
  const known = await findPayment(tx, paymentId)
  const facts = paymentFacts(known)
  await lockOrderAccount(tx, { ...facts, title: known.title, currency: known.currency })
  const payment = await findPaymentForUpdate(tx, paymentId)
  if ((await findOptionalDispute(tx, dispute.id)) || payment.state !== 'SUCCEEDED') return
  const amount: Money = { amountMinor: dispute.amount, currency: fromStripeCurrency(dispute.currency) }
  const fee: Money = { amountMinor: feeMinor, currency: amount.currency }
  const { entries, sellerMinor } = await takeBack(ctx, tx, { payment, amountMinor: amount.amountMinor })
  await insertDispute(tx, {
    ...{ id: dispute.id, paymentId, ...amount, feeMinor, reason: dispute.reason, state: 'OPEN' },
    sources: Object.fromEntries(netEntries(entries).map((entry) => [entry.account.kind, -entry.amount.amountMinor])),
    openedAt: ctx.clock.now(),
  })
  await savePayment(tx, paymentId, { disputeState: 'OPEN' })
  await post(ctx, tx, {
    kind: 'CHARGEBACK',
    cause: `dispute:${dispute.id}`,
    ...{ orderId: facts.orderId, paymentId },
    entries: [
      ...entries,
      { account: chargebackReserve(facts.sellerId), amount },
      { account: stripeDisputed, amount: negate(amount) },
      { account: stripeClearing, amount },
      { account: platformLoss, amount: negate(fee) },
      { account: stripeClearing, amount: fee },
    ],
    lines: [sellerLine(facts.sellerId, 'CHARGEBACK', -sellerMinor, payment)],
  })
  await ctx.publish(tx, paymentDisputed, { ...facts, reason: dispute.reason })
}

const sellerLine = (
  userId: string,
  kind: 'CHARGEBACK' | 'CHARGEBACK_RETURNED',
  amountMinor: number,
  { title, currency }: { readonly title: string; readonly currency: string },
) => ({ userId, kind, amount: { amountMinor, currency }, description: title })

/** Ends a chargeback, once. The row and its order are locked by the caller. */
export const closeDispute = async (
  ctx: Context,
  tx: Transaction,
  dispute: DisputeRow,
  outcome: 'WON' | 'LOST',
): Promise<void> => {
  if (dispute.state !== 'OPEN') return
  const payment = await findPaymentForUpdate(tx, dispute.paymentId)
  const { orderId, sellerId } = paymentFacts(payment)
  await saveOutcome(tx, dispute.id, { state: outcome, closedAt: ctx.clock.now() })
  await savePayment(tx, payment.id, { disputeState: outcome })
  const amount: Money = { amountMinor: dispute.amountMinor, currency: dispute.currency }
  const returned: Money = { ...amount, amountMinor: sellerPart(dispute) }
  await post(ctx, tx, {
    kind: outcome === 'WON' ? 'CHARGEBACK_WON' : 'CHARGEBACK_LOST',
    cause: `dispute-closed:${dispute.id}`,
    ...{ orderId, paymentId: payment.id },
    entries: [
      { account: chargebackReserve(sellerId), amount: negate(amount) },
      { account: stripeDisputed, amount },
      ...(outcome === 'WON' ? wonEntries(dispute, orderId) : []),
      ...(outcome === 'WON'
        ? (await giveToSeller(tx, { sellerId, amount: returned, to: sellerAvailable })).entries
        : []),
      ...(outcome === 'WON' ? [{ account: stripeClearing, amount: negate(amount) }] : []),
    ],
    lines: outcome === 'WON' ? [sellerLine(sellerId, 'CHARGEBACK_RETURNED', returned.amountMinor, payment)] : [],
  })
  await settleOrder(ctx, tx, orderId)
}

/** What was held from the seller: what was pending then has long cleared, and a debt may have been paid since. */
const sellerPart = ({ sources }: DisputeRow): number =>
  (sources.seller_pending ?? 0) + (sources.seller_available ?? 0) + (sources.seller_receivable ?? 0)

/** What was held from escrow and from the platform goes back there. Stripe returns its fee too. */
const wonEntries = ({ sources, currency, feeMinor }: DisputeRow, orderId: string): Entry[] => {
  const money = (amountMinor = 0): Money => ({ amountMinor, currency })
  return [
    { account: escrow(orderId), amount: money(sources.escrow) },
    { account: platformFee, amount: money(sources.platform_fee) },
    { account: platformLoss, amount: money(feeMinor) },
    { account: stripeClearing, amount: money(-feeMinor) },
  ]
}
