import type { Transaction } from '@gigraph/shared/database'
import type { Envelope } from '@gigraph/shared/events'
import { bind } from '@gigraph/shared/service'
import type { Context } from '../context.ts'
import { deliverWebhook } from '../jobs/definitions.ts'
import { withoutBlocked } from '../notification/notify.ts'
import { insertDeliveries } from './delivery-store.ts'
import { listListening } from './endpoint-store.ts'
import { bodyOf } from './webhook-body.ts'
import type { WebhookEvent } from './webhook-event.ts'
import { webhookEvents } from './webhook-events.ts'

const { handle } = bind<Context>()

/** Writes down what is to be told to the programs of those whom an event concerns. The calls follow, each as a job. */
const tellEndpoints = async (
  ctx: Context,
  tx: Transaction,
  { type, told }: { readonly type: string; readonly told: WebhookEvent },
  payload: unknown,
  { id: eventId, occurredAt }: Envelope,
): Promise<void> => {
  const recipients = told.recipients(payload)
  const listening = await listListening(
    tx,
    recipients.map(({ userId }) => userId),
    type,
  )
  if (listening.length === 0) return
  const welcome = new Set((await withoutBlocked(tx, recipients)).map(({ userId }) => userId))
  const now = ctx.clock.now()
  const body = bodyOf(told, payload, occurredAt)
  const rows = listening
    .filter(({ userId }) => welcome.has(userId))
    .map(({ id: endpointId }) => ({
      ...{ id: ctx.makeId(), endpointId, eventId, type: told.event.name, body },
      ...{ status: 'PENDING' as const, createdAt: now, dueAt: now },
    }))
  if (rows.length === 0) return
  for (const { id } of await insertDeliveries(tx, rows)) await ctx.enqueue(tx, deliverWebhook, { deliveryId: id })
}

/** What programs are told, one reaction for each event. */
export const webhookRules = Object.entries(webhookEvents).map(([type, told]) =>
  handle(told.event, 'webhook', (ctx, tx, payload, envelope) =>
    tellEndpoints(ctx, tx, { type, told }, payload, envelope),
  ),
)
