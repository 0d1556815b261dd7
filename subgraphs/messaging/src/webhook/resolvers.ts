import { payload, type Result } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import { isEnumType } from 'graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import { createWebhookEndpoint, type WithSecret } from './create-endpoint.ts'
import { deleteWebhookEndpoint } from './delete-endpoint.ts'
import { attemptsOf, listDeliveries } from './delivery-store.ts'
import { listEndpoints, previousSecretEnds } from './endpoint-store.ts'
import { redeliverWebhook, sendTestWebhook } from './request-delivery.ts'
import { requireManager } from './require-manager.ts'
import { rotateWebhookSecret } from './rotate-secret.ts'
import { updateWebhookEndpoint } from './update-endpoint.ts'
import { exampleOf } from './webhook-body.ts'
import { type WebhookType, webhookEvents } from './webhook-events.ts'

const withSecret = (result: Result<WithSecret>) =>
  result.ok ? { ...result.value, userErrors: [] } : { endpoint: null, secret: null, userErrors: result.errors }

export const webhookResolvers: Resolvers = {
  Query: {
    // What each means is said once: in the SDL.
    webhookEventTypes: (_, __, ___, { schema }) => {
      const type = schema.getType('WebhookEventType')
      return (isEnumType(type) ? type.getValues() : []).map(({ name, description }) => {
        const told = webhookEvents[name as WebhookType]
        const { version, event } = told
        return {
          ...{ type: name as WebhookType, name: event.name, version },
          ...{ description: description ?? '', example: exampleOf(told) },
        }
      })
    },
  },

  Mutation: {
    createWebhookEndpoint: async (_, { input }, ctx) => withSecret(await createWebhookEndpoint(ctx, input)),
    updateWebhookEndpoint: async (_, { input }, ctx) => payload('endpoint', await updateWebhookEndpoint(ctx, input)),
    deleteWebhookEndpoint: async (_, { input }, ctx) => payload('deletedId', await deleteWebhookEndpoint(ctx, input)),
    rotateWebhookSecret: async (_, { input }, ctx) => withSecret(await rotateWebhookSecret(ctx, input)),
    sendTestWebhook: async (_, { input }, ctx) => payload('delivery', await sendTestWebhook(ctx, input)),
    redeliverWebhook: async (_, { input }, ctx) => payload('delivery', await redeliverWebhook(ctx, input)),
  },

  Viewer: {
    webhookEndpoints: (_, __, ctx) => listEndpoints(ctx.db, requireManager(ctx).id),
  },

  WebhookEndpoint: {
    events: ({ events }) => events as WebhookType[],
    previousSecretEndsAt: ({ id }, _, ctx) => load(ctx, previousSecretEnds, id),
    deliveries: ({ id }, { status, ...page }, ctx) => listDeliveries(ctx, id, status, page),
  },

  WebhookDelivery: {
    nextAttemptAt: ({ dueAt }) => dueAt,
    attempts: async ({ id }, _, ctx) => (await load(ctx, attemptsOf, id)) ?? [],
  },

  WebhookAttempt: {
    responseExcerpt: ({ excerpt }) => excerpt,
  },
}
