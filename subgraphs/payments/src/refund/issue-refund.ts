import type { Context } from '../context.ts'
import { findPayment } from '../payment/payment-store.ts'
import { isRefusal } from '../stripe/open-stripe.ts'
import { recordRefund } from './record-refund.ts'
import { findRefund } from './refund-store.ts'

/** Asks Stripe for a refund; the refund's id is the key, so however often this runs the buyer gets the money once. */
export const issueRefundAtStripe = async (ctx: Context, refundId: string): Promise<void> => {
  const refund = await findRefund(ctx.db, refundId)
  if (refund.state !== 'PENDING' || refund.stripeRefundId) return
  const payment = await findPayment(ctx.db, refund.paymentId)
  if (!payment.intentId) throw new Error(`payment ${payment.id} has no intent to refund`)
  const answer = await ctx.stripe.refunds
    .create(
      {
        payment_intent: payment.intentId,
        amount: refund.amountMinor,
        metadata: { refundId, paymentId: payment.id },
      },
      { idempotencyKey: `refund-${refundId}` },
    )
    .catch((error: unknown) => {
      if (!isRefusal(error)) throw error
      return { id: null, status: 'failed', failure_reason: error.code ?? error.message }
    })
  await recordRefund(ctx, refundId, answer)
}
