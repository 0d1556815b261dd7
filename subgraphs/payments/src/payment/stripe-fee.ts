import { transaction } from '@gigraph/shared/database'
import { type Money, negate } from '@gigraph/shared/money'
import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { stripeClearing, stripeFee } from '../ledger/account.ts'
import { type Entry, post } from '../ledger/post.ts'
import { fromStripeCurrency, stripeId } from '../stripe/open-stripe.ts'
import { findOptionalPaymentByIntent, findPaymentForUpdate, savePayment } from './payment-store.ts'

/**
 * What Stripe kept of a charge; zero while its movement on the balance is not made yet
 * (https://docs.stripe.com/payments/payment-intents/asynchronous-capture), or when it was kept in another currency.
 */
export const feeOf = ({ balance_transaction: movement }: Stripe.Charge, currency: string): Money => {
  const known = movement !== null && typeof movement === 'object' && fromStripeCurrency(movement.currency) === currency
  return { amountMinor: known ? movement.fee : 0, currency }
}

/** Stripe's fee: the platform bears it. */
export const feeEntries = (fee: Money): Entry[] => [
  { account: stripeFee, amount: negate(fee) },
  { account: stripeClearing, amount: fee },
]

/** Books Stripe's fee of a charge whose movement was not there yet when the payment was noted. */
export const syncCharge = async (ctx: Context, chargeId: string): Promise<void> => {
  const charge = await ctx.stripe.charges.retrieve(chargeId, { expand: ['balance_transaction'] })
  const known = await findOptionalPaymentByIntent(ctx.db, stripeId(charge.payment_intent) ?? '')
  if (!known) return
  await transaction(ctx.db, async (tx) => {
    const { id, orderId, state, currency, stripeFeeMinor } = await findPaymentForUpdate(tx, known.id)
    const fee = feeOf(charge, currency)
    if (state !== 'SUCCEEDED' || fee.amountMinor === 0 || fee.amountMinor === stripeFeeMinor) return
    await savePayment(tx, id, { stripeFeeMinor: fee.amountMinor })
    await post(ctx, tx, {
      ...{ kind: 'STRIPE_FEE', cause: `stripe-fee:${id}:${fee.amountMinor}`, orderId, paymentId: id },
      entries: feeEntries({ ...fee, amountMinor: fee.amountMinor - stripeFeeMinor }),
    })
  })
}
