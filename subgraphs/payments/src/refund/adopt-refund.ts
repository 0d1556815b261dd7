import { transaction } from '@gigraph/shared/database'
import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { paymentFacts, unrefundedMinor } from '../payment/payment.ts'
import { findOptionalPaymentByIntent, findPaymentForUpdate } from '../payment/payment-store.ts'
import { syncIntent } from '../payment/sync-payment.ts'
import { lockOrderAccount } from '../settlement/order-account-store.ts'
import { takeBack } from '../settlement/take-back.ts'
import { stripeId } from '../stripe/open-stripe.ts'
import { decideRefund } from './decide-refund.ts'
import { findOptionalRefundByStripeId, saveRefund } from './refund-store.ts'

/**
 * Takes over a refund that somebody made at Stripe, once: its money is taken from where it is, as with any other. What cannot be ours
 * to book (another system's payment, points, more than is left) is an error in the log, for people.
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
  if (known.purpose !== 'ORDER') return refuse('it is of points')
  return transaction(ctx.db, async (tx) => {
    await lockOrderAccount(tx, { ...paymentFacts(known), title: known.title, currency: known.currency })
    const payment = await findPaymentForUpdate(tx, known.id)
    const seen = await findOptionalRefundByStripeId(tx, made.id)
    if (seen) return seen.id
    // A bank may dispute the payment by now: the refund has happened all the same.
    if (made.amount > unrefundedMinor(payment)) return refuse('less than that is left of its payment')
    const { entries, sellerMinor } = await takeBack(ctx, tx, { payment, amountMinor: made.amount })
    const refund = await decideRefund(ctx, tx, {
      ...{ payment, amountMinor: made.amount, reason: 'Refunded at Stripe', sources: entries },
      lines: [
        {
          userId: paymentFacts(payment).sellerId,
          kind: 'EARNING_REVERSED',
          amount: { amountMinor: -sellerMinor, currency: payment.currency },
          description: payment.title,
        },
      ],
    })
    await saveRefund(tx, refund.id, { stripeRefundId: made.id })
    return refund.id
  })
}
