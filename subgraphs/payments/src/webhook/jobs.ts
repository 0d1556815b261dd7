import { defineJob } from '@gigraph/shared/jobs'
import { z } from 'zod'

/** Reacts to one stored event of Stripe. */
export const processWebhook = defineJob({
  name: 'process-webhook',
  queue: 'payments.webhooks',
  schema: z.object({ eventId: z.string() }),
  attempts: 12,
})

/** Finds the events whose job was lost. */
export const processWaitingWebhooks = defineJob({
  name: 'process-waiting-webhooks',
  queue: 'payments.webhooks',
  schema: z.object({}),
  every: '10m',
})
