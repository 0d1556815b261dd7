import { notFound, payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import { conversationsById } from '../conversation/conversation-store.ts'
import { findVisibleConversation } from '../conversation/find-conversation.ts'
import { mapStream } from '../live/streams.ts'
import { followMessages } from '../live/subscribe.ts'
import { messagesById } from './message-store.ts'
import { sendMessage } from './send-message.ts'

export const messageResolvers: Resolvers = {
  Mutation: {
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
    sender: ({ senderId }) => (senderId ? { id: senderId } : null),
    replyTo: ({ replyToId }, _, ctx) => (replyToId ? load(ctx, messagesById, replyToId) : null),
    clientMessageId: ({ senderId, clientMessageId }, _, ctx) => (senderId === ctx.viewer?.id ? clientMessageId : null),
  },
}
