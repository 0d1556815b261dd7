import { describeUnusualInputs, staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll } from 'vitest'
import { messagingService } from '../src/index.ts'
import { type Messaging, Start, sendTo, startMessaging } from './start.ts'
import { webhookScene } from './webhook-scene.ts'

let m: Messaging
beforeAll(async () => {
  m = await startMessaging()
})
afterAll(() => m.close())

const ticketOf = `mutation { openTicket(input: { topic: "A question", body: "How does this work?" }) { ticket { id } } }`

/** Somebody with a conversation, a ticket and a file. */
const scene = async () => {
  const viewer = m.member('Ann', 'CLIENT')
  const other = m.member('Bob', 'FREELANCER')
  const { startConversation } = await m.messaging
    .as(other)
    .query(Start, { input: { participantId: viewer.id, message: 'Hello Ann' } })
  const conversationId = startConversation.conversation.id as string
  const own = (await sendTo(m, viewer, conversationId, 'Hello Bob')).data.sendMessage.message.id as string
  const { openTicket } = await m.messaging.as(viewer).query(ticketOf)
  const [fileId, jobId] = [makeId(), makeId()]
  m.world.files.set(fileId, viewer.id)
  m.world.jobs.set(jobId, { clientId: viewer.id, title: 'A site', open: true })
  const ids = { other: other.id, own, theirs: startConversation.message.id as string }
  return {
    viewer,
    staff: staff('support:write', 'content:moderate', 'notifications:write'),
    conversationId,
    ...ids,
    fileId,
    jobId,
    ticketId: openTicket.ticket.id as string,
    endpointId: (await webhookScene(m).register(viewer, 'https://example.com/')).id,
  }
}
type Scene = Awaited<ReturnType<typeof scene>>
const at = ({ conversationId }: Scene) => ({ conversationId })

describeUnusualInputs({
  definition: messagingService,
  service: () => m.messaging,
  scene,
  byStaff: [
    'Query.tickets',
    'Query.messageReports',
    'Mutation.assignTicket',
    'Mutation.setTicketStatus',
    'Mutation.resolveMessageReport',
    'Mutation.sendNotification',
  ],
  entities: { Conversation: ({ conversationId }) => ({ id: conversationId }) },
  with: {
    'Query.conversation': ({ conversationId }) => ({ id: conversationId }),
    'Query.searchMessages': (found) => ({ query: 'hello', ...at(found) }),
    'Mutation.startConversation': ({ other, jobId, fileId }) => ({
      input: { participantId: other, jobId, message: 'Hello', attachmentIds: [fileId] },
    }),
    'Mutation.sendMessage': (found) => ({
      input: {
        ...at(found),
        body: 'Hello',
        replyToId: found.own,
        clientMessageId: 'c-1',
        attachmentIds: [found.fileId],
      },
    }),
    'Mutation.editMessage': ({ own }) => ({ input: { messageId: own, body: 'Hello' } }),
    'Mutation.deleteMessage': ({ own }) => ({ input: { messageId: own } }),
    'Mutation.react': ({ theirs }) => ({ input: { messageId: theirs, emoji: '👍' } }),
    'Mutation.reportMessage': ({ theirs }) => ({ input: { messageId: theirs, reason: 'This is an insult.' } }),
    'Mutation.archiveConversation': (found) => ({ input: at(found) }),
    'Mutation.muteConversation': (found) => ({ input: at(found) }),
    'Mutation.markRead': (found) => ({ input: { ...at(found), sequence: 1 } }),
    'Mutation.setTyping': (found) => ({ input: at(found) }),
    'Mutation.blockUser': () => ({ input: { userId: makeId() } }),
    'Mutation.openTicket': ({ fileId }) => ({
      input: { topic: 'A question', body: 'How?', attachmentIds: [fileId] },
    }),
    'Mutation.replyTicket': ({ ticketId, fileId }) => ({
      input: { ticketId, body: 'How?', attachmentIds: [fileId] },
    }),
    'Mutation.assignTicket': ({ ticketId }) => ({ input: { ticketId } }),
    'Mutation.setTicketStatus': ({ ticketId }) => ({ input: { ticketId, status: 'PENDING' } }),
    'Mutation.sendNotification': ({ viewer }) => ({
      input: { userIds: [viewer.id], category: 'ORDERS', title: 'News', body: 'Something new.', link: '/news' },
    }),
    'Mutation.updateNotificationSettings': () => ({
      input: { timeZone: 'Europe/Berlin', quietFrom: '22:00', quietUntil: '07:00', digestAt: '08:00' },
    }),
    'Mutation.createWebhookEndpoint': () => ({ input: { url: 'https://example.com/', events: ['ORDER_LATE'] } }),
    'Mutation.updateWebhookEndpoint': ({ endpointId }) => ({
      input: { endpointId, url: 'https://example.com/', events: ['ORDER_LATE'], enabled: true },
    }),
    'Mutation.rotateWebhookSecret': ({ endpointId }) => ({ input: { endpointId } }),
    'Mutation.sendTestWebhook': ({ endpointId }) => ({ input: { endpointId } }),
    'Mutation.markNotificationsRead': () => ({ input: { ids: [makeId()] } }),
  },
})
