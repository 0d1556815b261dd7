import { transaction } from '@gigraph/shared/database'
import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { paymentFailed } from '../events.ts'
import { isMissing, stripeId } from '../stripe/open-stripe.ts'
import { paymentFacts } from './payment.ts'
import { expireSession, findOptionalPayment, findPaymentForUpdate, savePayment } from './payment-store.ts'
import { recordCapture } from './record-capture.ts'
import type { PaymentRow } from './tables.ts'

/** The payment that a Stripe object is about: we wrote its id there. Null for what others made on the account. */
const paymentOf = async (
  ctx: Context,
  { metadata }: { readonly metadata: Stripe.Metadata | null },
): Promise<PaymentRow | null> => {
  const id = metadata?.paymentId
  return id ? ((await findOptionalPayment(ctx.db, id)) ?? null) : null
}

/** Brings a payment to where its intent is at Stripe: paid, or refused by the bank. */
export const syncIntent = async (ctx: Context, intentId: string): Promise<void> => {
  const intent = await ctx.stripe.paymentIntents.retrieve(intentId, { expand: ['latest_charge.balance_transaction'] })
  const payment = await paymentOf(ctx, intent)
  if (!payment) return
  if (intent.status === 'succeeded') {
    if (!(await recordCapture(ctx, payment.id, intent))) await returnSecond(ctx, intent)
    return
  }
  const reason = intent.last_payment_error?.message
  if (reason) await recordFailure(ctx, payment.id, reason)
}

/** Gives money back that came a second time for one payment, as it came: it never was in the books. */
const returnSecond = async ({ stripe, log }: Context, { id, latest_charge: charge }: Stripe.PaymentIntent) => {
  if (typeof charge !== 'object' || charge?.refunded || charge?.disputed) return
  log.error({ intentId: id }, 'a payment was paid twice at Stripe; the second time goes back')
  await stripe.refunds.create({ payment_intent: id }, { idempotencyKey: `second-${id}` })
}

const recordFailure = (ctx: Context, paymentId: string, reason: string): Promise<void> =>
  transaction(ctx.db, async (tx) => {
    const payment = await findPaymentForUpdate(tx, paymentId)
    if (payment.state === 'SUCCEEDED' || payment.failureReason === reason) return
    await savePayment(tx, paymentId, { failureReason: reason })
    if (payment.orderId) await ctx.publish(tx, paymentFailed, { ...paymentFacts(payment), reason })
  })

/**
 * Brings a payment to where its checkout session is at Stripe.
 *
 * @param close ends a session that is still open, so that nobody can pay on it any more
 */
export const syncSession = async (
  ctx: Context,
  sessionId: string,
  { close = false }: { readonly close?: boolean } = {},
): Promise<void> => {
  const { sessions } = ctx.stripe.checkout
  let session = await sessions.retrieve(sessionId).catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  // On a page that Stripe does not know nobody can pay.
  if (!session) return expireSession(ctx.db, sessionId)
  // Paid or expired in between: Stripe refuses, and its present state counts.
  if (session.status === 'open' && close)
    session = await sessions.expire(sessionId).catch(() => sessions.retrieve(sessionId))
  const intentId = stripeId(session.payment_intent)
  if (session.status === 'complete' && intentId) return syncIntent(ctx, intentId)
  if (session.status === 'expired') await expireSession(ctx.db, sessionId)
}
