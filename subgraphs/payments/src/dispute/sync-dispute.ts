import { transaction } from '@gigraph/shared/database'
import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { findOptionalPaymentByIntent } from '../payment/payment-store.ts'
import { syncIntent } from '../payment/sync-payment.ts'
import { stripeId } from '../stripe/open-stripe.ts'
import { findOptionalDisputeForUpdate } from './dispute-store.ts'
import { closePointsDispute, openPointsDispute } from './points-dispute.ts'
import { closeDispute, openDispute } from './record-dispute.ts'

/** What Stripe charges for a dispute at the moment, in minor units. */
const feeOf = ({ balance_transactions: movements }: Stripe.Dispute): number =>
  Math.max(
    0,
    movements.reduce((sum, { fee }) => sum + fee, 0),
  )

const records = {
  ORDER: { open: openDispute, close: closeDispute },
  POINTS: { open: openPointsDispute, close: closePointsDispute },
} as const

/** Brings a chargeback to where it is at Stripe: held at once, released or lost when the bank has decided. */
export const syncDispute = async (ctx: Context, disputeId: string): Promise<void> => {
  const dispute = await ctx.stripe.disputes.retrieve(disputeId)
  // Inquiries of a bank take no money: https://docs.stripe.com/disputes/how-disputes-work#inquiries
  if (dispute.status.startsWith('warning_')) return
  const intentId = stripeId(dispute.payment_intent)
  if (!intentId) return
  // The payment's own event may still be on its way.
  await syncIntent(ctx, intentId)
  const payment = await findOptionalPaymentByIntent(ctx.db, intentId)
  if (!payment) return
  const { open, close } = records[payment.purpose]
  await transaction(ctx.db, async (tx) => {
    await open(ctx, tx, { paymentId: payment.id, dispute, feeMinor: feeOf(dispute) })
    if (dispute.status !== 'won' && dispute.status !== 'lost') return
    const row = await findOptionalDisputeForUpdate(tx, dispute.id)
    if (row) await close(ctx, tx, row, dispute.status === 'won' ? 'WON' : 'LOST')
  })
}
