import { defineJob } from '@gigraph/shared/jobs'
import { z } from 'zod'

const queue = 'notifications'
/** Ten tries over about eight minutes: a mail server's restart. */
const attempts = 10

/** Mails one notification, if it is still to be mailed. */
export const sendNotificationMail = defineJob({
  name: 'send-notification-mail',
  queue,
  attempts,
  schema: z.object({ notificationId: z.uuid() }),
})

/** Mails somebody what they have not read of a conversation, if a mail is due. */
export const mailUnreadMessages = defineJob({
  name: 'mail-unread-messages',
  queue,
  attempts,
  schema: z.object({ conversationId: z.uuid(), userId: z.uuid() }),
})

/** Sends the digests that are due, and every mail and announcement whose own job was lost. */
export const sendDueMails = defineJob({ name: 'send-due-mails', queue, schema: z.object({}), every: '1m' })

/** Calls an endpoint with a delivery, if it is still due. Many at once: they wait for others. */
export const deliverWebhook = defineJob({
  name: 'deliver-webhook',
  queue: 'webhooks',
  concurrency: 32,
  schema: z.object({ deliveryId: z.uuid() }),
})

/** Starts deliveries whose own job was lost. Not in their queue, which may be full of them. */
export const sweepWebhooks = defineJob({ name: 'sweep-webhooks', queue, schema: z.object({}), every: '1m' })

/** Removes deliveries and secrets that are kept no longer. */
export const forgetWebhooks = defineJob({ name: 'forget-webhooks', queue, schema: z.object({}), every: '1h' })

/** Tells the next people of a role what staff announce. */
export const announce = defineJob({ name: 'announce', queue, schema: z.object({ announcementId: z.uuid() }) })
