import { transaction } from '@gigraph/shared/database'
import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { findOptionalPaymentByIntent } from '../payment/payment-store.ts'
import { syncIntent } from '../payment/sync-payment.ts'
import { stripeId } from '../stripe/open-stripe.ts'
import { bookDisputeFee } from './book-dispute-fee.ts'
import { closeDispute } from './close-dispute.ts'
import { findOptionalDisputeForUpdate } from './dispute-store.ts'
import { openDispute } from './open-dispute.ts'

/**
 * Inquiries of a bank and disputes that were settled before they began take no money: what is given back then is a refund
 * (https://docs.stripe.com/disputes/how-disputes-work#inquiries).
 */
const takesMoney = ({ status }: Stripe.Dispute): boolean => !status.startsWith('warning_') && status !== 'prevented'

const outcomes: Readonly<Record<string, 'WON' | 'LOST'>> = { won: 'WON', lost: 'LOST' }

/** Brings a chargeback to where it is at Stripe: held at once, released or lost when the bank has decided. */
export const syncDispute = async (ctx: Context, disputeId: string): Promise<void> => {
  const dispute = await ctx.stripe.disputes.retrieve(disputeId)
  const intentId = stripeId(dispute.payment_intent)
  if (!takesMoney(dispute) || !intentId) return
  // The payment's own event may still be on its way.
  await syncIntent(ctx, intentId)
  const payment = await findOptionalPaymentByIntent(ctx.db, intentId)
  if (!payment) return
  const { id: paymentId } = payment
  const outcome = outcomes[dispute.status]
  await transaction(ctx.db, async (tx) => {
    await openDispute(ctx, tx, { paymentId, dispute })
    const row = await findOptionalDisputeForUpdate(tx, disputeId)
    if (row) await bookDisputeFee(ctx, tx, row, dispute)
    if (outcome) await closeDispute(ctx, tx, { paymentId, disputeId, outcome })
  })
}
