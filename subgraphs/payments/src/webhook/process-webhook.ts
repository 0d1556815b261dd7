import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { syncDispute } from '../dispute/sync-dispute.ts'
import { oneByOne } from '../jobs/one-by-one.ts'
import { syncCharge } from '../payment/stripe-fee.ts'
import { syncIntent, syncSession } from '../payment/sync-payment.ts'
import { syncPayout } from '../payout/send-payout.ts'
import { syncAccount } from '../payout/sync-account.ts'
import { syncRefund, syncRefundsOfCharge } from '../refund/sync-refund.ts'
import { isMissing } from '../stripe/open-stripe.ts'
import { findOptionalWebhookEvent, listWaitingEventIds, markProcessed } from './webhook-store.ts'

type Sync = (ctx: Context, objectId: string, account: string | null) => Promise<unknown>

/**
 * What each kind of event makes us look at. An event is only a hint: the present state is read from Stripe, so late, repeated
 * and shuffled events all lead to the same end.
 */
const syncs: Readonly<Record<string, Sync>> = {
  'checkout.session.completed': (ctx, id) => syncSession(ctx, id),
  'checkout.session.expired': (ctx, id) => syncSession(ctx, id),
  'payment_intent.succeeded': syncIntent,
  'payment_intent.payment_failed': syncIntent,
  'charge.updated': syncCharge,
  'charge.refunded': syncRefundsOfCharge,
  'refund.created': syncRefund,
  'refund.updated': syncRefund,
  'refund.failed': syncRefund,
  'charge.dispute.created': syncDispute,
  'charge.dispute.updated': syncDispute,
  'charge.dispute.closed': syncDispute,
  'charge.dispute.funds_withdrawn': syncDispute,
  'charge.dispute.funds_reinstated': syncDispute,
  'account.updated': syncAccount,
  'payout.paid': syncPayout,
  'payout.failed': syncPayout,
  'payout.canceled': syncPayout,
}

/** Reacts to a stored event, once unless it fails. */
export const processStoredWebhook = async (ctx: Context, eventId: string): Promise<void> => {
  const event = await findOptionalWebhookEvent(ctx.db, eventId)
  if (!event || event.processedAt) return
  try {
    await syncs[event.type]?.(ctx, event.objectId, event.account)
  } catch (error) {
    // What Stripe does not know an hour later it will not know tomorrow: no event may stand in the way of others for ever.
    if (!isMissing(error) || event.createdAt > after(ctx.clock.now(), '-1h')) throw error
    ctx.log.warn({ eventId, type: event.type, objectId: event.objectId }, 'an event is about nothing that Stripe knows')
  }
  await markProcessed(ctx.db, eventId, ctx.clock.now())
}

const BATCH = 200

/** Reacts to events that have waited for ten minutes: their job was lost, or has failed at its last try. */
export const processAllWaiting = async (ctx: Context): Promise<void> =>
  oneByOne(ctx, await listWaitingEventIds(ctx.db, after(ctx.clock.now(), '-10m'), BATCH), {
    work: (id) => processStoredWebhook(ctx, id),
    failed: (eventId) => ({ eventId }),
  })
