import { notFound, payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import { loadPrivateFiles } from '@gigraph/shared/uploads'
import type { Resolvers } from '../__generated__/schema.ts'
import { conversationsById } from '../conversation/conversation-store.ts'
import { findVisibleConversation } from '../conversation/find-conversation.ts'
import { mapStream } from '../live/streams.ts'
import { followMessages } from '../live/subscribe.ts'
import { attachmentsByMessage } from './attachment-store.ts'
import { deleteMessage } from './delete-message.ts'
import { editMessage } from './edit-message.ts'
import { messagesById } from './message-store.ts'
import { react } from './react.ts'
import { reactionsByMessage } from './reaction-store.ts'
import { searchMessages } from './search-messages.ts'
import { sendMessage } from './send-message.ts'

export const messageResolvers: Resolvers = {
  Query: { searchMessages: (_, args, ctx) => searchMessages(ctx, args) },

  Mutation: {
    editMessage: async (_, { input }, ctx) => payload('message', await editMessage(ctx, input)),
    deleteMessage: async (_, { input }, ctx) => payload('message', await deleteMessage(ctx, input)),
    react: async (_, { input }, ctx) => payload('message', await react(ctx, input)),
    sendMessage: async (_, { input }, ctx) => payload('message', await sendMessage(ctx, input)),
  },

  Subscription: {
    messageAdded: {
      subscribe: async (_, args, ctx) =>
        mapStream(await followMessages(ctx, args), (messageAdded) => ({ messageAdded })),
    },
  },

  Message: {
    __resolveReference: async ({ id }, ctx) => {
      const message = await load(ctx, messagesById, id)
      if (!message) throw notFound('Message')
      await findVisibleConversation(ctx, message.conversationId)
      return message
    },
    conversation: async ({ conversationId }, _, ctx) => {
      const conversation = await load(ctx, conversationsById, conversationId)
      if (!conversation) throw notFound('Conversation')
      return conversation
    },
    attachments: async ({ id, deletedAt }, _, ctx) =>
      deletedAt ? [] : loadPrivateFiles(ctx, (await load(ctx, attachmentsByMessage, id)) ?? []),
    offer: ({ offerId }) => (offerId ? { id: offerId } : null),
    reactions: async ({ id }, _, ctx) => (await load(ctx, reactionsByMessage, id)) ?? [],
    sender: ({ senderId }) => (senderId ? { id: senderId } : null),
    replyTo: ({ replyToId }, _, ctx) => (replyToId ? load(ctx, messagesById, replyToId) : null),
    clientMessageId: ({ senderId, clientMessageId }, _, ctx) => (senderId === ctx.viewer?.id ? clientMessageId : null),
  },

  Reaction: {
    count: ({ userIds }) => userIds.length,
    users: ({ userIds }) => userIds.map((id) => ({ id })),
    mine: ({ userIds }, _, ctx) => ctx.viewer !== null && userIds.includes(ctx.viewer.id),
  },
}
