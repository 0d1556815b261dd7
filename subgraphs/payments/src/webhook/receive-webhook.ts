import { transaction } from '@gigraph/shared/database'
import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { processWebhook } from './jobs.ts'
import { insertWebhookEvent } from './webhook-store.ts'

/** Stripe's own advice against replays (https://docs.stripe.com/webhooks#replay-attacks). */
const TOLERANCE_SECONDS = 300

/** What the events of a webhook are about. */
interface About {
  readonly id?: unknown
}

/**
 * Checks an event's signature over the raw body, with each secret: Stripe's endpoints for the platform and for connected accounts have
 * one of their own, and a secret that is rolled has two for a while.
 *
 * @returns null when it is not Stripe's, was altered, or is older than 300 s
 */
export const verifyWebhook = (ctx: Context, body: Buffer, signature: unknown): Stripe.Event | null => {
  if (typeof signature !== 'string') return null
  const now = ctx.clock.now().getTime()
  let reason = 'unknown'
  for (const secret of ctx.config.STRIPE_WEBHOOK_SECRET)
    try {
      return ctx.stripe.webhooks.constructEvent(body, signature, secret, TOLERANCE_SECONDS, undefined, now)
    } catch (error) {
      reason = error instanceof Error ? error.name : reason
    }
  ctx.log.warn({ reason }, 'a webhook was refused')
  return null
}

/** Live endpoints of connected accounts are told of tests too (https://docs.stripe.com/connect/webhooks): those are not ours. */
export const isOfOurMode = ({ config }: Context, { livemode }: Stripe.Event): boolean =>
  livemode === /^[sr]k_live_/.test(config.STRIPE_SECRET_KEY)

/** Keeps an event and orders its job, together and once per event; only then may it be acknowledged. Answers whether it is new. */
export const storeWebhook = (ctx: Context, event: Stripe.Event): Promise<boolean> =>
  transaction(ctx.db, async (tx) => {
    const about = event.data.object as About
    const isNew = await insertWebhookEvent(tx, {
      id: event.id,
      type: event.type,
      account: event.account ?? null,
      objectId: String(about.id ?? ''),
      createdAt: new Date(event.created * 1_000),
      receivedAt: ctx.clock.now(),
    })
    if (isNew) await ctx.enqueue(tx, processWebhook, { eventId: event.id })
    return isNew
  })
