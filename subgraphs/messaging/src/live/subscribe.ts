import { requireViewer } from '@gigraph/shared/auth'
import type { Context } from '../context.ts'
import { findAudibleConversation } from '../conversation/find-conversation.ts'
import type { MessageRow } from '../message/message.ts'
import { listMessagesAfter } from '../message/message-store.ts'
import { seen } from '../people/people-store.ts'
import { filterStream, followSequence, mergeStreams } from './streams.ts'
import {
  type ConversationSignal,
  conversationTopic,
  inboxTopic,
  type NotificationSignal,
  notificationTopic,
} from './topics.ts'

/** How many messages are read at a time when a subscriber catches up. */
const BATCH = 100

/** What is published on a topic from now on, this moment included: it is listened to before this resolves. */
const listen = async <Payload>(ctx: Context, topic: string): Promise<AsyncIterableIterator<Payload>> => {
  const stream = ctx.pubsub.subscribe<Payload>(topic)
  await ctx.pubsub.ready()
  return stream
}

/** The messages of a conversation from a number on, then live, in order and without gaps. */
export const followMessages = async (
  ctx: Context,
  {
    conversationId,
    afterSequence,
  }: { readonly conversationId: string; readonly afterSequence?: number | null | undefined },
): Promise<AsyncIterableIterator<MessageRow>> => {
  const viewer = requireViewer(ctx)
  const { lastSequence } = await findAudibleConversation(ctx, conversationId)
  const signals = await listen<ConversationSignal>(ctx, conversationTopic(conversationId))
  await seen(ctx.db, viewer.id, ctx.clock.now())
  return followSequence(
    filterStream(signals, ({ kind }) => kind === 'MESSAGE_ADDED'),
    afterSequence ?? lastSequence,
    (after) => listMessagesAfter(ctx.db, conversationId, after, BATCH),
  )
}

/** Everything that happens in a conversation. */
export const followConversation = async (
  ctx: Context,
  conversationId: string,
): Promise<AsyncIterableIterator<ConversationSignal>> => {
  const viewer = requireViewer(ctx)
  await findAudibleConversation(ctx, conversationId)
  await seen(ctx.db, viewer.id, ctx.clock.now())
  return listen(ctx, conversationTopic(conversationId))
}

/** Which of the viewer's conversations change. */
export const followInbox = (ctx: Context): Promise<AsyncIterableIterator<{ readonly conversationId: string }>> =>
  listen(ctx, inboxTopic(requireViewer(ctx).id))

/** The viewer's new notifications. */
export const followNotifications = async (ctx: Context): Promise<AsyncIterableIterator<NotificationSignal>> =>
  filterStream(
    await listen<NotificationSignal>(ctx, notificationTopic(requireViewer(ctx).id)),
    ({ notificationId }) => notificationId !== null,
  )

/** Every moment at which how much the viewer has not read may have changed. */
export const followUnread = async (ctx: Context): Promise<AsyncIterableIterator<unknown>> => {
  const { id } = requireViewer(ctx)
  const [inbox, notifications] = await Promise.all([
    listen<unknown>(ctx, inboxTopic(id)),
    listen<unknown>(ctx, notificationTopic(id)),
  ])
  return mergeStreams(inbox, notifications)
}
