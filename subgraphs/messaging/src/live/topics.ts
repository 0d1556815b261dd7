import { afterCommit, type Transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'

/** What happened in a conversation, as processes tell each other: ids, never text. */
export interface ConversationSignal {
  readonly kind: 'MESSAGE_ADDED' | 'MESSAGE_EDITED' | 'MESSAGE_DELETED' | 'REACTED' | 'READ' | 'TYPING'
  readonly conversationId: string
  readonly messageId: string | null
  /** Who did it; null: the system. */
  readonly userId: string | null
  /** The message's number; with READ, up to where. */
  readonly sequence: number | null
}

export const conversationTopic = (conversationId: string): string => `conversation:${conversationId}`
export const inboxTopic = (userId: string): string => `inbox:${userId}`
export const notificationTopic = (userId: string): string => `notifications:${userId}`

/** What is told on {@link notificationTopic}. */
export interface NotificationSignal {
  /** The new one; null: some were read. */
  readonly notificationId: string | null
}

/** Tells those who look at the conversation, and the inboxes of these people, once the transaction has committed. */
export const tellConversation = (
  ctx: Context,
  tx: Transaction,
  signal: ConversationSignal,
  userIds: readonly string[],
): void => {
  const { conversationId } = signal
  afterCommit(tx, async () => {
    await ctx.pubsub.publish(conversationTopic(conversationId), signal)
    await Promise.all(userIds.map((userId) => ctx.pubsub.publish(inboxTopic(userId), { conversationId })))
  })
}

/** Tells one person's inbox alone: what nobody else may learn of, such as archiving. */
export const tellInbox = (ctx: Context, tx: Transaction, conversationId: string, userId: string): void =>
  afterCommit(tx, () => ctx.pubsub.publish(inboxTopic(userId), { conversationId }))

/** Tells somebody's pages that notifications were read, perhaps elsewhere. */
export const tellRead = (ctx: Context, tx: Transaction, userId: string): void =>
  afterCommit(tx, () =>
    ctx.pubsub.publish(notificationTopic(userId), { notificationId: null } satisfies NotificationSignal),
  )
