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
 * Checks an event's signature over the raw body.
 *
 * @returns null when it is not Stripe's, was altered, or is older than 300 s
 */
export const verifyWebhook = (ctx: Context, body: Buffer, signature: unknown): Stripe.Event | null => {
  if (typeof signature !== 'string') return null
  const { STRIPE_WEBHOOK_SECRET } = ctx.config
  const now = ctx.clock.now().getTime()
  try {
    return ctx.stripe.webhooks.constructEvent(body, signature, STRIPE_WEBHOOK_SECRET, TOLERANCE_SECONDS, undefined, now)
  } catch (error) {
    ctx.log.warn({ reason: error instanceof Error ? error.name : 'unknown' }, 'a webhook was refused')
    return null
  }
}

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
