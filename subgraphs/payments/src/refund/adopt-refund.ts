import { transaction } from '@gigraph/shared/database'
import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { undecidedMinor } from '../payment/payment.ts'
import { findOptionalPaymentByIntent } from '../payment/payment-store.ts'
import { syncIntent } from '../payment/sync-payment.ts'
import { lockPayment } from '../settlement/lock-payment.ts'
import { stripeId } from '../stripe/open-stripe.ts'
import { decideRefund } from './decide-refund.ts'
import { takeForRefund } from './refund-sources.ts'
import { findOptionalRefundByStripeId, saveRefund } from './refund-store.ts'
import { grantOpenRequests } from './request-store.ts'

/**
 * Takes over a refund that somebody made at Stripe, once: its money is taken from where it is, as with any other; of bought points,
 * what is not spent. What cannot be ours to book (another system's payment, more than is left) is an error in the log, for people.
 *
 * @returns our refund's id; null when it is not ours
 */
export const adoptRefund = async (ctx: Context, made: Stripe.Refund): Promise<string | null> => {
  const refuse = (why: string) => {
    ctx.log.error({ stripeRefundId: made.id }, `a refund was made at Stripe that cannot be booked: ${why}`)
    return null
  }
  const intentId = stripeId(made.payment_intent)
  if (!intentId) return refuse('it has no payment intent')
  // The payment's own event may still be on its way.
  await syncIntent(ctx, intentId)
  const known = await findOptionalPaymentByIntent(ctx.db, intentId)
  if (!known) return refuse('its payment is not ours')
  return transaction(ctx.db, async (tx) => {
    const payment = await lockPayment(tx, known.id)
    const seen = await findOptionalRefundByStripeId(tx, made.id)
    if (seen) return seen.id
    // A bank may dispute the payment by now: the refund has happened all the same.
    if (made.amount > undecidedMinor(payment)) return refuse('less than that is left of its payment')
    const { sources, lines } = await takeForRefund(ctx, tx, { payment, amountMinor: made.amount })
    const refund = await decideRefund(ctx, tx, {
      ...{ payment, amountMinor: made.amount, reason: 'Refunded at Stripe', sources, lines },
    })
    await saveRefund(tx, refund.id, { stripeRefundId: made.id })
    if (payment.orderId) await grantOpenRequests(tx, payment.orderId, ctx.clock.now())
    return refund.id
  })
}
