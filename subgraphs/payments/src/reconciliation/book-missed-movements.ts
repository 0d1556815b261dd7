import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { findOptionalDispute } from '../dispute/dispute-store.ts'
import { syncDispute } from '../dispute/sync-dispute.ts'
import { oneByOne } from '../jobs/one-by-one.ts'
import { findOptionalPaymentByIntent } from '../payment/payment-store.ts'
import { syncCharge } from '../payment/stripe-fee.ts'
import { syncIntent } from '../payment/sync-payment.ts'
import { findOptionalRefundByStripeId } from '../refund/refund-store.ts'
import { syncRefund } from '../refund/sync-refund.ts'
import { fromStripeCurrency, stripeId } from '../stripe/open-stripe.ts'

/** Whether the books have it; books it when they have not, and answers false. */
type Check = (ctx: Context) => Promise<boolean>

const checkCharge =
  (charge: Stripe.Charge, { fee, currency }: Stripe.BalanceTransaction): Check =>
  async (ctx) => {
    const intentId = stripeId(charge.payment_intent)
    if (!intentId || charge.status !== 'succeeded') return true
    const known = await findOptionalPaymentByIntent(ctx.db, intentId)
    if (known?.state === 'SUCCEEDED') {
      if (known.stripeFeeMinor === fee || fromStripeCurrency(currency) !== known.currency) return true
      await syncCharge(ctx, charge.id)
      return false
    }
    await syncIntent(ctx, intentId)
    // What was paid a second time is not the payment's and has gone back.
    return !known && charge.refunded
  }

/** How a refund here may stand for one at Stripe; a failed one may have been settled since. */
const FAILED = ['FAILED', 'RETRIED', 'PAID_ELSEWHERE', 'CALLED_OFF']
const refundStates: Readonly<Record<string, readonly string[]>> = {
  succeeded: ['SUCCEEDED'],
  failed: FAILED,
  canceled: FAILED,
}

const checkRefund =
  (refund: Stripe.Refund): Check =>
  async (ctx) => {
    const known = await findOptionalRefundByStripeId(ctx.db, refund.id)
    if (known && (refundStates[refund.status ?? ''] ?? ['PENDING']).includes(known.state)) return true
    await syncRefund(ctx, refund.id)
    return false
  }

const disputeStates: Readonly<Record<string, string>> = { won: 'WON', lost: 'LOST' }

const checkDispute =
  (dispute: Stripe.Dispute): Check =>
  async (ctx) => {
    const known = await findOptionalDispute(ctx.db, dispute.id)
    if (known?.state === (disputeStates[dispute.status] ?? 'OPEN')) return true
    await syncDispute(ctx, dispute.id)
    return false
  }

/** How a movement is looked up here; undefined for what is not a buyer's: transfers, payouts, Stripe's own fees. */
const checkOf = (movement: Stripe.BalanceTransaction): Check | undefined => {
  const { source } = movement
  if (!source || typeof source === 'string') return undefined
  switch (source.object) {
    case 'charge':
      return checkCharge(source, movement)
    case 'refund':
      return checkRefund(source)
    case 'dispute':
      return checkDispute(source)
    default:
      return undefined
  }
}

/**
 * Holds the movements on the platform's balance at Stripe against the books and makes up for what is missing there: whatever became of
 * its event. Answers how many were missing.
 *
 * @param period of the movements, in unix seconds
 */
export const bookMissedMovements = async (
  ctx: Context,
  period: { readonly gte: number; readonly lt: number },
): Promise<number> => {
  let missing = 0
  const movements = ctx.stripe.balanceTransactions.list({ limit: 100, created: period, expand: ['data.source'] })
  await oneByOne(ctx, movements, {
    work: async (movement) => {
      if ((await checkOf(movement)?.(ctx)) === false) missing += 1
    },
    failed: ({ id: movementId }) => ({ movementId }),
  })
  if (missing > 0) ctx.log.warn({ missing }, 'movements at Stripe were not in the books; they were looked at now')
  return missing
}
