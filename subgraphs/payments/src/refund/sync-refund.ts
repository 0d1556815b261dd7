import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { adoptRefund } from './adopt-refund.ts'
import { recordRefund } from './record-refund.ts'
import { findOptionalRefundByStripeId } from './refund-store.ts'

/** A refund that has failed before we heard of it has moved nothing. */
const isAlive = ({ status }: Stripe.Refund): boolean => status !== 'failed' && status !== 'canceled'

/** Brings a refund to where Stripe has it; `refund` is Stripe's object, freshly read. */
const sync = async (ctx: Context, refund: Stripe.Refund): Promise<void> => {
  const known =
    refund.metadata?.refundId ??
    (await findOptionalRefundByStripeId(ctx.db, refund.id))?.id ??
    (isAlive(refund) ? await adoptRefund(ctx, refund) : null)
  if (known) await recordRefund(ctx, known, { ...refund, failure_reason: refund.failure_reason ?? null })
}

export const syncRefund = async (ctx: Context, stripeRefundId: string): Promise<void> =>
  sync(ctx, await ctx.stripe.refunds.retrieve(stripeRefundId))

/** Every refund of a charge. */
export const syncRefundsOfCharge = async (ctx: Context, chargeId: string): Promise<void> => {
  for await (const refund of ctx.stripe.refunds.list({ charge: chargeId, limit: 100 })) await sync(ctx, refund)
}
