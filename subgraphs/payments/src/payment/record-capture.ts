import { type Transaction, transaction } from '@gigraph/shared/database'
import { negate } from '@gigraph/shared/money'
import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { paymentSucceeded } from '../events.ts'
import { escrow, stripeClearing } from '../ledger/account.ts'
import { type Entry, post } from '../ledger/post.ts'
import { creditBoughtPoints } from '../points/credit-bought-points.ts'
import { returnFromEscrow } from '../refund/decide-refund.ts'
import { lockPayment } from '../settlement/lock-payment.ts'
import { settleOrder } from '../settlement/settle-order.ts'
import { fromStripeCurrency } from '../stripe/open-stripe.ts'
import { amountOf, paymentFacts } from './payment.ts'
import { listPaidOfSubject, savePayment } from './payment-store.ts'
import { feeEntries, feeOf } from './stripe-fee.ts'
import type { PaymentRow } from './tables.ts'

/**
 * Notes, once, that a payment has arrived: an order's goes to escrow and from there where the order's outcome, if it is known
 * already, sends it; points are credited.
 *
 * @returns whether this intent is the payment's; false when another one had paid it before
 * @throws {Error} when Stripe took another amount than was asked for: somebody has to look
 */
export const recordCapture = (ctx: Context, paymentId: string, intent: Stripe.PaymentIntent): Promise<boolean> =>
  transaction(ctx.db, async (tx) => {
    const before = await lockPayment(tx, paymentId)
    if (before.state === 'SUCCEEDED') return before.intentId === intent.id
    if (intent.amount_received !== before.amountMinor || fromStripeCurrency(intent.currency) !== before.currency)
      throw new Error(`payment ${paymentId} was captured with another amount than was asked for`)
    const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null
    const fee = charge ? feeOf(charge, before.currency) : { amountMinor: 0, currency: before.currency }
    const payment = await savePayment(tx, paymentId, {
      state: 'SUCCEEDED',
      paidAt: ctx.clock.now(),
      intentId: intent.id,
      stripeFeeMinor: fee.amountMinor,
      checkoutUrl: null,
      failureReason: null,
    })
    await (payment.purpose === 'POINTS'
      ? creditBoughtPoints(ctx, tx, payment, feeEntries(fee))
      : recordOrderPayment(ctx, tx, payment, feeEntries(fee)))
    return true
  })

const recordOrderPayment = async (ctx: Context, tx: Transaction, payment: PaymentRow, fee: readonly Entry[]) => {
  const facts = paymentFacts(payment)
  const amount = amountOf(payment)
  await post(ctx, tx, {
    kind: 'PAYMENT',
    cause: `payment:${payment.id}`,
    orderId: facts.orderId,
    paymentId: payment.id,
    entries: [{ account: stripeClearing, amount: negate(amount) }, { account: escrow(facts.orderId), amount }, ...fee],
    lines: [{ userId: payment.buyerId, kind: 'PAYMENT', amount: negate(amount), description: payment.title }],
  })
  // An older page of the same subject was paid too: the second payment goes straight back.
  if ((await listPaidOfSubject(tx, payment.subjectId)).length > 1)
    return returnFromEscrow(ctx, tx, { payment, amountMinor: amount.amountMinor, reason: 'Paid twice' })
  await ctx.publish(tx, paymentSucceeded, facts)
  await settleOrder(ctx, tx, facts.orderId)
}
