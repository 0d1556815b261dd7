import { type Transaction, transaction } from '@gigraph/shared/database'
import type { Money } from '@gigraph/shared/money'
import { negate } from '@gigraph/shared/money'
import type { Context } from '../context.ts'
import { paymentRefunded } from '../events.ts'
import { type Account, refundsPayable, stripeClearing } from '../ledger/account.ts'
import { post } from '../ledger/post.ts'
import { paymentFacts } from '../payment/payment.ts'
import { findPaymentForUpdate, savePayment } from '../payment/payment-store.ts'
import type { PaymentRow } from '../payment/tables.ts'
import { coverDispute } from './cover-dispute.ts'
import { findRefund, findRefundForUpdate, saveRefund } from './refund-store.ts'
import type { RefundRow } from './tables.ts'

/** What counts of Stripe's refund object. */
interface StripeRefund {
  readonly id: string | null
  readonly status: string | null
  readonly failure_reason?: string | null
}

/**
 * Brings a refund to where it is at Stripe. What failed stays owed to the buyer, in `refunds_payable`, until staff has
 * found another way; a refund that a bank sends back after it succeeded does too. One that ended otherwise stays as it is.
 */
export const recordRefund = (ctx: Context, refundId: string, at: StripeRefund): Promise<void> =>
  transaction(ctx.db, async (tx) => {
    const { paymentId } = await findRefund(tx, refundId)
    const payment = await findPaymentForUpdate(tx, paymentId)
    const refund = await findRefundForUpdate(tx, refundId)
    if (refund.state !== 'PENDING' && refund.state !== 'SUCCEEDED') return
    if (at.id && !refund.stripeRefundId) await saveRefund(tx, refundId, { stripeRefundId: at.id })
    if (at.status === 'succeeded' && refund.state === 'PENDING') await succeed(ctx, tx, payment, refund)
    if (at.status === 'failed' || at.status === 'canceled') await failRefund(ctx, tx, { payment, refund, at })
  })

const amountOf = ({ amountMinor, currency }: RefundRow): Money => ({ amountMinor, currency })

interface Reached {
  /** Locked by the caller. */
  readonly payment: PaymentRow
  readonly refund: RefundRow
  /** Where the platform paid it from. One that Stripe paid, and that came back, may be paid from elsewhere then. */
  readonly from: Account
}

/** What was owed has reached the buyer: the books, the buyer's list, and who is told. */
export const noteRefunded = async (ctx: Context, tx: Transaction, { payment: before, refund, from }: Reached) => {
  const refunded = amountOf(refund)
  const payment = await savePayment(tx, before.id, { refundedMinor: before.refundedMinor + refund.amountMinor })
  await post(ctx, tx, {
    kind: 'REFUND',
    cause: from === stripeClearing ? `refund:${refund.id}` : `refund-${from.kind}:${refund.id}`,
    orderId: payment.orderId,
    paymentId: payment.id,
    entries: [
      { account: refundsPayable, amount: negate(refunded) },
      { account: from, amount: refunded },
    ],
    lines: [{ userId: payment.buyerId, kind: 'REFUND', amount: refunded, description: payment.title }],
  })
  if (!payment.orderId || refund.toldAt) return
  await saveRefund(tx, refund.id, { toldAt: ctx.clock.now() })
  const remaining = { ...refunded, amountMinor: payment.amountMinor - payment.refundedMinor }
  await ctx.publish(tx, paymentRefunded, { ...paymentFacts(payment), refunded, remaining })
}

const succeed = async (ctx: Context, tx: Transaction, payment: PaymentRow, refund: RefundRow) => {
  await saveRefund(tx, refund.id, { state: 'SUCCEEDED', settledAt: ctx.clock.now() })
  await noteRefunded(ctx, tx, { payment, refund, from: stripeClearing })
}

const failRefund = async (
  ctx: Context,
  tx: Transaction,
  { payment, refund, at }: { payment: PaymentRow; refund: RefundRow; at: StripeRefund },
) => {
  const failureReason = at.failure_reason ?? 'unknown'
  await saveRefund(tx, refund.id, { state: 'FAILED', failureReason, settledAt: ctx.clock.now() })
  if (refund.state === 'SUCCEEDED') await noteReturned(ctx, tx, payment, refund)
  if (await coverDispute(ctx, tx, payment.id, refund)) return
  ctx.log.error({ refundId: refund.id, failureReason }, 'a refund failed; the buyer is still owed the money')
}

const noteReturned = async (ctx: Context, tx: Transaction, payment: PaymentRow, refund: RefundRow) => {
  const back = amountOf(refund)
  await savePayment(tx, payment.id, { refundedMinor: payment.refundedMinor - refund.amountMinor })
  await post(ctx, tx, {
    kind: 'REFUND_RETURNED',
    cause: `refund-returned:${refund.id}`,
    orderId: payment.orderId,
    paymentId: payment.id,
    entries: [
      { account: stripeClearing, amount: negate(back) },
      { account: refundsPayable, amount: back },
    ],
    lines: [{ userId: payment.buyerId, kind: 'REFUND', amount: negate(back), description: payment.title }],
  })
}
