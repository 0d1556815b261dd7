import { requireViewer } from '@gigraph/shared/auth'
import { notFound, payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import { mapStream } from '../live/streams.ts'
import { followConversation, followInbox } from '../live/subscribe.ts'
import { lastMessages, listMessages, messagesById } from '../message/message-store.ts'
import { type ConversationRow, isMuted, unreadOf } from './conversation.ts'
import { conversationsById, conversationsByOrder, participantsByConversation } from './conversation-store.ts'
import { findVisibleConversation } from './find-conversation.ts'
import { countUnread, listInbox } from './inbox-store.ts'
import { markRead } from './mark-read.ts'
import { archiveConversation, muteConversation } from './put-away.ts'
import { setTyping } from './set-typing.ts'
import { startConversation } from './start-conversation.ts'

const participantsOf = async (ctx: Context, { id }: Pick<ConversationRow, 'id'>) =>
  (await load(ctx, participantsByConversation, id)) ?? []

const ownPart = async (ctx: Context, conversation: Pick<ConversationRow, 'id'>) =>
  (await participantsOf(ctx, conversation)).find(({ userId }) => userId === ctx.viewer?.id)

const byId = async (ctx: Context, id: string): Promise<ConversationRow> => {
  const conversation = await load(ctx, conversationsById, id)
  if (!conversation) throw notFound('Conversation')
  return conversation
}

export const conversationResolvers: Resolvers = {
  Query: { conversation: (_, { id }, ctx) => findVisibleConversation(ctx, id) },

  Mutation: {
    startConversation: async (_, { input }, ctx) => {
      const started = await startConversation(ctx, input)
      return started.ok
        ? { ...started.value, userErrors: [] }
        : { conversation: null, message: null, userErrors: started.errors }
    },
    markRead: async (_, { input }, ctx) => payload('conversation', await markRead(ctx, input)),
    archiveConversation: async (_, { input }, ctx) => payload('conversation', await archiveConversation(ctx, input)),
    muteConversation: async (_, { input }, ctx) => payload('conversation', await muteConversation(ctx, input)),
    setTyping: async (_, { input }, ctx) => payload('conversation', await setTyping(ctx, input)),
  },

  Subscription: {
    conversationEvents: {
      subscribe: async (_, { conversationId }, ctx) =>
        mapStream(await followConversation(ctx, conversationId), (conversationEvents) => ({ conversationEvents })),
    },
    inboxUpdated: {
      subscribe: (_, __, ctx) => followInbox(ctx),
      resolve: ({ conversationId }: { readonly conversationId: string }, _: object, ctx: Context) =>
        byId(ctx, conversationId),
    },
  },

  Conversation: {
    __resolveReference: ({ id }, ctx) => findVisibleConversation(ctx, id),
    participants: (conversation, _, ctx) => participantsOf(ctx, conversation),
    counterpart: async (conversation, _, ctx) => {
      const participants = await participantsOf(ctx, conversation)
      if (!participants.some(({ userId }) => userId === ctx.viewer?.id)) return null
      const other = participants.find(({ userId }) => userId !== ctx.viewer?.id)
      return other ? { id: other.userId } : null
    },
    order: ({ kind, subjectId }) => (kind === 'ORDER' && subjectId ? { id: subjectId } : null),
    gig: ({ kind, subjectId }) => (kind === 'GIG' && subjectId ? { id: subjectId } : null),
    job: ({ kind, subjectId }) => (kind === 'JOB' && subjectId ? { id: subjectId } : null),
    proposal: ({ kind, subjectId }) => (kind === 'PROPOSAL' && subjectId ? { id: subjectId } : null),
    lastMessage: ({ id }, _, ctx) => load(ctx, lastMessages, id),
    messages: ({ id }, { afterSequence, ...page }, ctx) => listMessages(ctx, id, afterSequence, page),
    unreadCount: async (conversation, _, ctx) => {
      const self = await ownPart(ctx, conversation)
      return self ? unreadOf(conversation, self) : 0
    },
    archivedAt: async (conversation, _, ctx) => (await ownPart(ctx, conversation))?.archivedAt ?? null,
    mutedUntil: async (conversation, _, ctx) => {
      const self = await ownPart(ctx, conversation)
      return self && isMuted(self, ctx.clock.now()) ? self.mutedUntil : null
    },
  },

  ConversationParticipant: { user: ({ userId }) => ({ id: userId }) },

  ConversationEvent: {
    conversation: ({ conversationId }, _, ctx) => byId(ctx, conversationId),
    message: ({ messageId }, _, ctx) => (messageId ? load(ctx, messagesById, messageId) : null),
    user: ({ userId }) => (userId ? { id: userId } : null),
  },

  Viewer: {
    // Asynchronous, so that a foreign id costs its own place in the answer and no other.
    __resolveReference: async ({ id }, ctx) => {
      if (ctx.viewer?.id !== id) throw notFound('Viewer')
      return { id }
    },
    conversations: (_, { filter, ...page }, ctx) => listInbox(ctx, requireViewer(ctx).id, filter ?? {}, page),
    unreadCount: (_, __, ctx) => countUnread(ctx, requireViewer(ctx).id),
  },

  Order: {
    __resolveReference: ({ id }) => ({ id }),
    conversation: async ({ id }, _, ctx) => {
      const conversation = ctx.viewer ? await load(ctx, conversationsByOrder, id) : null
      if (!conversation) return null
      const participants = await participantsOf(ctx, conversation)
      return participants.some(({ userId }) => userId === ctx.viewer?.id) ? conversation : null
    },
  },
}
