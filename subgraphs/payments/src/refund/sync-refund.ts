import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { adoptRefund } from './adopt-refund.ts'
import { recordRefund } from './record-refund.ts'
import { findOptionalRefund, findOptionalRefundByStripeId } from './refund-store.ts'

/** A refund that has failed before we heard of it has moved nothing. */
const isAlive = ({ status }: Stripe.Refund): boolean => status !== 'failed' && status !== 'canceled'

/** The refund here that one at Stripe is; null when there is none. One that was called off before Stripe made it is none. */
const idOf = async (ctx: Context, { id, metadata }: Stripe.Refund): Promise<string | null> => {
  const known = await findOptionalRefundByStripeId(ctx.db, id)
  if (known) return known.id
  const named = metadata?.refundId ? await findOptionalRefund(ctx.db, metadata.refundId) : undefined
  return named && named.stripeRefundId === null && named.state !== 'CALLED_OFF' ? named.id : null
}

/** Brings a refund to where Stripe has it; `refund` is Stripe's object, freshly read. One that nobody knows is taken over. */
export const recordRefundAtStripe = async (ctx: Context, refund: Stripe.Refund): Promise<void> => {
  const known = (await idOf(ctx, refund)) ?? (isAlive(refund) ? await adoptRefund(ctx, refund) : null)
  if (known) await recordRefund(ctx, known, { ...refund, failure_reason: refund.failure_reason ?? null })
}

export const syncRefund = async (ctx: Context, stripeRefundId: string): Promise<void> =>
  recordRefundAtStripe(ctx, await ctx.stripe.refunds.retrieve(stripeRefundId))

/** Every refund of a charge. */
export const syncRefundsOfCharge = async (ctx: Context, chargeId: string): Promise<void> => {
  for await (const refund of ctx.stripe.refunds.list({ charge: chargeId, limit: 100 }))
    await recordRefundAtStripe(ctx, refund)
}
