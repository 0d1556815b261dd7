import { after } from '@gigraph/shared/time'
import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { sayWhenAway } from '../stripe/open-stripe.ts'
import { findPayment, moveCheckoutEnd, savePayment } from './payment-store.ts'
import type { PaymentRow } from './tables.ts'

/** A page that ends sooner than this is of no use to anybody. */
const LEAST_TIME = '1m'

/** Stripe takes 30 minutes to 24 hours (https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at). */
export const checkoutEnd = (now: Date, payBefore: Date): Date => {
  const [earliest, latest] = [after(now, '31m'), after(now, '23h')]
  const end = payBefore < earliest ? earliest : payBefore > latest ? latest : payBefore
  return new Date(Math.floor(end.getTime() / 1_000) * 1_000)
}

/** Whether the buyer can still pay on the payment's page. */
export const isUsable = ({ clock }: Context, payment: PaymentRow): boolean =>
  payment.state === 'PENDING' &&
  payment.checkoutUrl !== null &&
  payment.checkoutExpiresAt > after(clock.now(), LEAST_TIME)

const parameters = (ctx: Context, payment: PaymentRow): Stripe.Checkout.SessionCreateParams => {
  const metadata = { paymentId: payment.id, ...(payment.orderId && { orderId: payment.orderId }) }
  const back = payment.orderId ? `/orders/${payment.orderId}` : '/points'
  return {
    mode: 'payment',
    client_reference_id: payment.id,
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: payment.currency.toLowerCase(),
          unit_amount: payment.amountMinor,
          product_data: { name: payment.title },
        },
      },
    ],
    success_url: new URL(`${back}?checkout=success`, ctx.config.APP_URL).href,
    cancel_url: new URL(`${back}?checkout=cancelled`, ctx.config.APP_URL).href,
    expires_at: payment.checkoutExpiresAt.getTime() / 1_000,
    metadata,
    payment_intent_data: { metadata, ...(payment.orderId && { transfer_group: payment.orderId }) },
  }
}

/** The end of a page that was never made moves on with the time: Stripe takes none that is nearer than 30 minutes. */
const withUsableEnd = async ({ db, clock }: Context, payment: PaymentRow): Promise<PaymentRow> => {
  const earliest = after(clock.now(), '30m')
  if (payment.checkoutExpiresAt >= earliest) return payment
  // Of two at once the first decides: the end is part of the key, and two keys would make two pages.
  await moveCheckoutEnd(db, payment, checkoutEnd(clock.now(), earliest))
  return findPayment(db, payment.id)
}

/**
 * Makes the payment's page at Stripe, once: the row came first and is the key, with the page's end, so a lost answer is asked for
 * again. A payment that has its page, or waits for nobody any more, is returned as it is.
 */
export const openSession = async (ctx: Context, known: PaymentRow): Promise<PaymentRow> => {
  if (known.sessionId || known.state !== 'PENDING') return known
  const payment = await withUsableEnd(ctx, known)
  if (payment.sessionId) return payment
  const session = await ctx.stripe.checkout.sessions
    .create(parameters(ctx, payment), {
      idempotencyKey: `checkout-${payment.id}-${payment.checkoutExpiresAt.getTime() / 1_000}`,
    })
    .catch(sayWhenAway)
  return savePayment(ctx.db, payment.id, { sessionId: session.id, checkoutUrl: session.url })
}
