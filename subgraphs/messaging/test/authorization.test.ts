import { hasScope } from '@gigraph/shared/auth'
import {
  castOf,
  describeAuthorization,
  everybody,
  except,
  only,
  parties,
  type Rule,
  scope,
  signedIn,
  type TestService,
  type ViewerKind,
} from '@gigraph/shared/testing'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll } from 'vitest'
import { messagingService } from '../src/index.ts'
import {
  attachments,
  conversations,
  messageReports,
  messages,
  tickets,
  webhookDeliveries,
  webhookEndpoints,
} from '../src/tables.ts'
import { type Messaging, Start, startMessaging } from './start.ts'

let messaging: Messaging
beforeAll(async () => {
  messaging = await startMessaging()
})
afterAll(() => messaging.close())

const OpenTicket = `mutation ($input: OpenTicketInput!) { openTicket(input: $input) {
  ticket { id conversation { id } } userErrors { code message } } }`

/** A conversation between owner and counterpart that the owner began, and a ticket of the owner. */
const scene = async () => {
  const owner = messaging.member('Ann', 'CLIENT')
  const counterpart = messaging.member('Bob', 'FREELANCER')
  const support = messaging.member('Sue', 'SUPPORT')
  const client = messaging.messaging.as(owner)
  const { startConversation } = await client.query(Start, {
    input: { participantId: counterpart.id, message: 'Hello Bob' },
  })
  const { openTicket } = await client.query(OpenTicket, { input: { topic: 'A question', body: 'How does this work?' } })
  return {
    cast: castOf({ owner, counterpart, support }),
    conversationId: startConversation.conversation.id as string,
    messageId: startConversation.message.id as string,
    ticketId: openTicket.ticket.id as string,
    /** An order, gig or offer elsewhere. */
    subjectId: messaging.messaging.context.makeId(),
  }
}
type Scene = Awaited<ReturnType<typeof scene>>

const own: readonly ViewerKind[] = ['owner', 'apiKey']
/** The own Viewer, or what only its owner has; for everybody else it does not exist. */
const ownOnly = only(own, 'NOT_FOUND', 'NOT_FOUND')
/** The counterpart's report comes first in the row and lets staff see the conversation, not write in it. */
const reportedToStaff = { support: 'FORBIDDEN', admin: 'FORBIDDEN' } as const
const ofConversation = ({ conversationId }: Scene) => ({ input: { conversationId } })
const ofMessage = ({ messageId }: Scene) => ({ input: { messageId } })
const ofTicket = ({ ticketId }: Scene) => ({ input: { ticketId } })
/** The ticket's owner and staff who help. */
const ticketReaders: Rule = only(['owner', 'apiKey', 'support', 'admin'])

/** Makes the conversation one about something; gives its key. */
const about =
  (kind: 'ORDER' | 'GIG' | 'JOB' | 'PROPOSAL') =>
  async ({ conversationId, subjectId }: Scene) => {
    const { db } = messaging.messaging.context
    await db.update(conversations).set({ kind, subjectId }).where(eq(conversations.id, conversationId))
    return { id: conversationId }
  }
const changedMessage = (change: (scene: Scene) => Partial<typeof messages.$inferInsert>) => async (cell: Scene) => {
  await messaging.messaging.context.db.update(messages).set(change(cell)).where(eq(messages.id, cell.messageId))
  return { id: cell.messageId }
}
const changedTicket = (change: (scene: Scene) => Partial<typeof tickets.$inferInsert>) => async (cell: Scene) => {
  await messaging.messaging.context.db.update(tickets).set(change(cell)).where(eq(tickets.id, cell.ticketId))
  return { id: cell.ticketId }
}
/** The counterpart reports what the owner wrote. */
const reported = async ({ messageId, cast }: Scene) => {
  await messaging.messaging
    .as(cast.counterpart)
    .run('mutation ($input: ReportMessageInput!) { reportMessage(input: $input) { userErrors { code } } }', {
      input: { messageId, reason: 'This is an insult.' },
    })
  const [report] = await messaging.messaging.context.db
    .select()
    .from(messageReports)
    .where(eq(messageReports.messageId, messageId))
  return { input: { reportId: report?.id } }
}

const MANAGE = 'webhooks:manage'
/** The owner who may look after webhooks; others who may look after theirs do not find it. */
const ownManager = {
  scopes: [MANAGE],
  decide: ({ kind, viewer }) => {
    if (!viewer) return 'UNAUTHENTICATED'
    if (!hasScope(viewer, MANAGE)) return 'FORBIDDEN'
    return kind === 'owner' ? 'allowed' : 'NOT_FOUND'
  },
} as const satisfies Rule
/** An endpoint of the owner's. */
const hooked = async ({ cast }: Scene): Promise<string> => {
  const { db, makeId, clock } = messaging.messaging.context
  const times = { createdAt: clock.now(), updatedAt: clock.now() }
  const endpoint = { id: makeId(), userId: cast.owner.id, url: 'https://example.com/', description: '', events: [] }
  await db.insert(webhookEndpoints).values({ ...endpoint, ...times })
  return endpoint.id
}
/** Something that was told to it. */
const hookedOnce = async (cell: Scene): Promise<string> => {
  const { db, makeId, clock } = messaging.messaging.context
  const delivery = { id: makeId(), endpointId: await hooked(cell), type: 'webhook.test', body: '{}' }
  await db.insert(webhookDeliveries).values({ ...delivery, status: 'FAILED', createdAt: clock.now() })
  return delivery.id
}

describeAuthorization({
  definition: messagingService,
  service: () => messaging.messaging as unknown as TestService,
  scene,
  entities: {
    Conversation: ({ conversationId }) => ({ id: conversationId }),
    Message: ({ messageId }) => ({ id: messageId }),
    Ticket: ({ ticketId }) => ({ id: ticketId }),
    Order: () => ({ id: messaging.messaging.context.makeId() }),
    User: ({ cast }) => ({ id: cast.owner.id }),
  },
  rows: {
    'Query.conversation': { rule: parties, with: ({ conversationId }) => ({ id: conversationId }) },
    'Query.searchMessages': {
      rule: {
        decide: ({ kind, viewer }) =>
          !viewer ? 'UNAUTHENTICATED' : parties.decide({ kind, viewer }) === 'allowed' ? 'allowed' : 'empty',
      },
      with: () => ({ query: 'Hello' }),
    },
    'Query.messageReports': scope('content:moderate'),
    'Query.tickets': scope('support:write'),
    'Query.ticket': { rule: ticketReaders, with: ({ ticketId }) => ({ id: ticketId }) },
    [`_entities.Conversation Conversation.participants Conversation.counterpart Conversation.lastMessage
      Conversation.messages _entities.Message Message.conversation Message.sender Message.reactions`]: parties,
    [`_entities.Viewer Viewer.conversations Viewer.unreadCount Viewer.notificationSettings Viewer.notifications
      Viewer.unreadNotificationCount Viewer.notificationPreferences Viewer.presenceVisible Viewer.blockedUsers
      Viewer.tickets`]: ownOnly,
    '_entities.User _entities.Order': everybody,
    'Conversation.order': { rule: parties, of: about('ORDER') },
    'Conversation.gig': { rule: parties, of: about('GIG') },
    'Conversation.job': { rule: parties, of: about('JOB') },
    'Conversation.proposal': { rule: parties, of: about('PROPOSAL') },
    'Order.conversation': {
      rule: { decide: ({ kind }) => ([...own, 'counterpart'].includes(kind) ? 'allowed' : 'null') },
      of: async (cell) => {
        await about('ORDER')(cell)
        return { id: cell.subjectId }
      },
    },
    'Message.replyTo': { rule: parties, of: changedMessage((cell) => ({ replyToId: cell.messageId })) },
    'Message.attachments': {
      rule: parties,
      of: async ({ cast, messageId }) => {
        const { db, makeId } = messaging.messaging.context
        const uploadId = makeId()
        messaging.world.files.set(uploadId, cast.owner.id)
        await db.insert(attachments).values({ uploadId, messageId, position: 0 })
        return { id: messageId }
      },
    },
    'Message.offer': { rule: parties, of: changedMessage((cell) => ({ kind: 'OFFER', offerId: cell.subjectId })) },
    'Ticket.assignee': { rule: ticketReaders, of: changedTicket((cell) => ({ assigneeId: cell.cast.support.id })) },
    'Ticket.order': { rule: ticketReaders, of: changedTicket((cell) => ({ orderId: cell.subjectId })) },
    '_entities.Ticket Ticket.user Ticket.conversation': ticketReaders,

    'Mutation.startConversation': {
      rule: signedIn,
      with: () => ({ input: { participantId: messaging.member('Newcomer', 'CLIENT').id } }),
    },
    [`Mutation.archiveConversation Mutation.muteConversation Mutation.setTyping Mutation.markRead
      Mutation.sendMessage`]: { rule: parties, with: ofConversation },
    'Mutation.editMessage Mutation.deleteMessage': {
      rule: except(only(own), { counterpart: 'FORBIDDEN' }),
      with: ofMessage,
      fresh: true,
    },
    'Mutation.react': { rule: parties, with: ({ messageId }) => ({ input: { messageId, emoji: '👍' } }) },
    // Nobody reports themselves; staff who may moderate see the message once it was reported.
    'Mutation.reportMessage': {
      rule: except(only(['counterpart']), { owner: 'NOT_ALLOWED', apiKey: 'NOT_ALLOWED', ...reportedToStaff }),
      with: ofMessage,
    },
    'Mutation.resolveMessageReport': { rule: scope('content:moderate'), with: reported, fresh: true },
    'Mutation.sendNotification': scope('notifications:write'),
    [`Mutation.updateNotificationSettings Mutation.markNotificationsRead Mutation.updateNotificationPreferences
      Mutation.updatePresence Mutation.openTicket`]: signedIn,
    'Mutation.blockUser Mutation.unblockUser': {
      rule: signedIn,
      with: () => ({ input: { userId: messaging.member('Pest', 'CLIENT').id } }),
    },
    'Query.webhookEventTypes': everybody,
    'Mutation.createWebhookEndpoint': scope('webhooks:manage'),
    [`Mutation.updateWebhookEndpoint Mutation.deleteWebhookEndpoint Mutation.rotateWebhookSecret
      Mutation.sendTestWebhook`]: {
      rule: ownManager,
      with: async (cell) => ({ input: { endpointId: await hooked(cell) } }),
    },
    'Mutation.redeliverWebhook': {
      rule: ownManager,
      with: async (cell) => ({ input: { deliveryId: await hookedOnce(cell) } }),
    },
    // The own Viewer comes first.
    'Viewer.webhookEndpoints': {
      rule: except(
        { ...only(['owner'], 'NOT_FOUND', 'NOT_FOUND'), scopes: ownManager.scopes },
        { apiKey: 'FORBIDDEN' },
      ),
    },
    'Mutation.replyTicket': { rule: ticketReaders, with: ofTicket },
    'Mutation.assignTicket Mutation.setTicketStatus': { rule: scope('support:write'), with: ofTicket },

    'Subscription.conversationEvents Subscription.messageAdded': {
      rule: parties,
      with: ({ conversationId }) => ({ conversationId }),
    },
    'Subscription.inboxUpdated Subscription.notificationAdded Subscription.viewerUpdated': signedIn,
  },
})
