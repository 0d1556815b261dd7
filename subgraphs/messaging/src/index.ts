import { openMailer } from '@gigraph/shared/mail'
import { defineSubgraph } from '@gigraph/shared/service'
import { configuration } from './config.ts'
import type { Extra } from './context.ts'
import { conversationResolvers } from './conversation/resolvers.ts'
import { handlers } from './handlers/index.ts'
import { jobs } from './jobs/index.ts'
import { unsubscribeRoutes } from './mail/unsubscribe.ts'
import { reportResolvers } from './message/report-resolvers.ts'
import { messageResolvers } from './message/resolvers.ts'
import { notificationResolvers } from './notification/resolvers.ts'
import { peopleResolvers } from './people/resolvers.ts'
import { personalData } from './personal-data.ts'
import { ticketResolvers } from './ticket/resolvers.ts'
import { openCaller } from './webhook/call-endpoint.ts'
import { mayCallLoopback } from './webhook/endpoint-input.ts'
import { countWebhooks } from './webhook/metrics.ts'
import { webhookResolvers } from './webhook/resolvers.ts'

/** Talk between people, live, and everything that tells people something. */
export const messagingService = defineSubgraph<typeof configuration, Extra>({
  name: 'messaging',
  folder: new URL('.', import.meta.url),
  configuration,
  personalData,
  calls: ['identity', 'profiles', 'orders', 'marketplace'],
  resolvers: [
    conversationResolvers,
    messageResolvers,
    reportResolvers,
    notificationResolvers,
    peopleResolvers,
    ticketResolvers,
    webhookResolvers,
  ],
  handlers,
  jobs,
  routes: unsubscribeRoutes,
  extend: async (resources) => {
    const { config } = resources
    const mailer = openMailer({ smtpUrl: config.SMTP_URL, from: config.MAIL_FROM })
    return {
      mailer,
      callEndpoint: openCaller({ loopback: mayCallLoopback(resources) }),
      webhookAttempts: countWebhooks(resources),
      close: async () => mailer.close(),
    }
  },
})
