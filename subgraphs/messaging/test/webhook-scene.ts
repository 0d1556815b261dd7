import { orderStarted } from '@gigraph/orders/events'
import type { Viewer } from '@gigraph/shared/auth'
import { outbox } from '@gigraph/shared/events'
import { usd } from '@gigraph/shared/money'
import { makeId } from '@gigraph/shared/time'
import { and, eq, isNull, lte } from 'drizzle-orm'
import { deliverWebhook } from '../src/jobs/definitions.ts'
import type { WebhookType } from '../src/webhook/webhook-events.ts'
import type { Messaging } from './start.ts'

const endpoint = `id url description events disabledAt disabledBecause failingSince previousSecretEndsAt`
const delivery = `id type body status createdAt nextAttemptAt endedAt attempts { at durationMs httpStatus error responseExcerpt }`
const mutation = (name: string, selection: string) =>
  `mutation ($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${selection} userErrors { code message field } } }`

const documents = {
  createWebhookEndpoint: mutation('createWebhookEndpoint', `endpoint { ${endpoint} } secret`),
  updateWebhookEndpoint: mutation('updateWebhookEndpoint', `endpoint { ${endpoint} }`),
  deleteWebhookEndpoint: mutation('deleteWebhookEndpoint', 'deletedId'),
  rotateWebhookSecret: mutation('rotateWebhookSecret', `endpoint { ${endpoint} } secret`),
  sendTestWebhook: mutation('sendTestWebhook', `delivery { ${delivery} }`),
  redeliverWebhook: mutation('redeliverWebhook', `delivery { ${delivery} }`),
}
const Mine = `query ($of: [_Any!]!, $status: WebhookDeliveryStatus) { _entities(representations: $of) { ... on Viewer {
  webhookEndpoints { ${endpoint} deliveries(status: $status, first: 100) { nodes { ${delivery} } } } } } }`

/** What tests of webhooks do and look at. */
export const webhookScene = (m: Messaging) => {
  const run = async (viewer: Viewer, name: keyof typeof documents, input: object) =>
    (await m.messaging.as(viewer).query(documents[name], { input }))[name]
  const mine = async (viewer: Viewer, status: string | null = null) => {
    const of = [{ __typename: 'Viewer', id: viewer.id }]
    const found = await m.messaging.as(viewer).query(Mine, { of, status })
    return found._entities[0].webhookEndpoints
  }
  return {
    run,
    mine,
    /** Deliveries of the viewer's only endpoint, newest first. */
    deliveriesOf: async (viewer: Viewer, status: string | null = null) =>
      (await mine(viewer, status))[0].deliveries.nodes,
    register: async (viewer: Viewer, url: string, ...events: WebhookType[]) => {
      const input = { url, events: events.length > 0 ? events : ['ORDER_STARTED'] }
      const { endpoint: made, secret, userErrors } = await run(viewer, 'createWebhookEndpoint', input)
      if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors))
      return { id: made.id as string, secret: secret as string }
    },
    /** An order of these two starts. */
    start: async (buyer: Viewer, seller: Viewer, options: { readonly id?: string } = {}) => {
      const orderId = makeId()
      const said = { orderId, buyerId: buyer.id, sellerId: seller.id, title: 'A secret logo', gigId: null }
      const payload = { ...said, total: usd(12_000), dueAt: '2026-12-24T12:00:00.000Z' }
      await m.messaging.consume(orderStarted, payload, options)
      return orderId
    },
    /** Hands over the jobs that are due and runs them, all at once, until none is left. */
    work: async () => {
      for (;;) {
        const { db, clock } = m.messaging.context
        const isDue = and(isNull(outbox.publishedAt), lte(outbox.occurredAt, clock.now()))
        const jobs = await db
          .update(outbox)
          .set({ publishedAt: clock.now() })
          .where(and(eq(outbox.name, deliverWebhook.name), isDue))
          .returning()
        if (jobs.length === 0) return
        await Promise.all(
          jobs.map(({ payload }) => m.messaging.runJob(deliverWebhook, deliverWebhook.schema.parse(payload))),
        )
      }
    },
    /** The queue has lost every job that waits in it. */
    loseJobs: async () => {
      await m.messaging.context.db.delete(outbox).where(eq(outbox.name, deliverWebhook.name))
    },
  }
}
