import type { Transaction } from '@gigraph/shared/database'
import { type Money, negate } from '@gigraph/shared/money'
import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { chargebackReserve, refundsPayable, stripeClearing, stripeDisputed } from '../ledger/account.ts'
import { post } from '../ledger/post.ts'
import { savePayment } from '../payment/payment-store.ts'
import { callOffOwedRefunds } from '../refund/call-off-refund.ts'
import { lockPayment } from '../settlement/lock-payment.ts'
import { fromStripeCurrency } from '../stripe/open-stripe.ts'
import { bearerOf } from './dispute.ts'
import { findOptionalDispute, insertDispute } from './dispute-store.ts'
import { holdDisputed } from './take-for-dispute.ts'

/**
 * Notes a chargeback, once: the money is held from wherever it is until the bank has decided. What was owed to the buyer already (a
 * refund that did not reach them) comes first: nobody bears the same money twice.
 */
export const openDispute = async (
  ctx: Context,
  tx: Transaction,
  { paymentId, dispute }: { readonly paymentId: string; readonly dispute: Stripe.Dispute },
): Promise<void> => {
  const before = await lockPayment(tx, paymentId)
  if ((await findOptionalDispute(tx, dispute.id)) || before.state !== 'SUCCEEDED') return
  const amount: Money = { amountMinor: dispute.amount, currency: fromStripeCurrency(dispute.currency) }
  const owed = { ...amount, amountMinor: await callOffOwedRefunds(ctx, tx, before, amount.amountMinor) }
  const payment = await savePayment(tx, paymentId, {
    ...{ disputeState: 'OPEN', refundDecidedMinor: before.refundDecidedMinor - owed.amountMinor },
  })
  const { id, reason, evidence_details: evidence } = dispute
  const held = await holdDisputed(ctx, tx, { payment, amountMinor: amount.amountMinor - owed.amountMinor, reason })
  await savePayment(tx, paymentId, { disputedMinor: payment.disputedMinor + amount.amountMinor })
  await insertDispute(tx, {
    ...{ id, paymentId, ...amount, feeMinor: 0, reason, state: 'OPEN', openedAt: ctx.clock.now() },
    respondBy: evidence.due_by ? new Date(evidence.due_by * 1_000) : null,
    sources: { ...held.sources, ...(owed.amountMinor > 0 && { refunds_payable: owed.amountMinor }) },
  })
  await post(ctx, tx, {
    ...{ kind: 'CHARGEBACK', cause: `dispute:${id}`, orderId: payment.orderId, paymentId },
    entries: [
      ...held.entries,
      { account: refundsPayable, amount: negate(owed) },
      { account: chargebackReserve(bearerOf(payment)), amount: owed },
      { account: stripeDisputed, amount: negate(amount) },
      { account: stripeClearing, amount },
    ],
    lines: [held.line],
  })
  await held.tell()
}
