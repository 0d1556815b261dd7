import { after } from '@gigraph/shared/time'
import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { findPayment } from '../payment/payment-store.ts'
import { isRefusal, KEY_LIFETIME } from '../stripe/open-stripe.ts'
import { recordRefund } from './record-refund.ts'
import { findRefund } from './refund-store.ts'
import { recordRefundAtStripe } from './sync-refund.ts'
import type { RefundRow } from './tables.ts'

/** Asks Stripe for a refund; the refund's id is the key, so however often this runs the buyer gets the money once. */
export const issueRefundAtStripe = async (ctx: Context, refundId: string): Promise<void> => {
  const refund = await findRefund(ctx.db, refundId)
  if (refund.state !== 'PENDING' || refund.stripeRefundId) return
  const fail = (reason: string) => recordRefund(ctx, refundId, { id: null, status: 'failed', failure_reason: reason })
  const { intentId } = await findPayment(ctx.db, refund.paymentId)
  // Nothing of it can be asked of Stripe: it is for staff.
  if (!intentId) return fail('no_intent')
  const made = (await madeBefore(ctx, refund, intentId)) ?? (await create(ctx, refund, intentId))
  return made instanceof Error ? fail(made.code ?? made.message) : recordRefundAtStripe(ctx, made)
}

const create = (ctx: Context, { id: refundId, paymentId, amountMinor: amount }: RefundRow, intentId: string) =>
  ctx.stripe.refunds
    .create(
      { payment_intent: intentId, amount, metadata: { refundId, paymentId } },
      { idempotencyKey: `refund-${refundId}` },
    )
    .catch((error: unknown) => {
      if (!isRefusal(error)) throw error
      return error
    })

/** What an earlier try has made of which we never heard: Stripe may have forgotten its key by now. */
const madeBefore = async (
  { stripe, clock }: Context,
  { id, createdAt }: RefundRow,
  intentId: string,
): Promise<Stripe.Refund | undefined> => {
  if (createdAt > after(clock.now(), KEY_LIFETIME)) return undefined
  for await (const made of stripe.refunds.list({ payment_intent: intentId, limit: 100 }))
    if (made.metadata?.refundId === id) return made
  return undefined
}
