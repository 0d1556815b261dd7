import type { Transaction } from '@gigraph/shared/database'
import { and, eq, ne, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { ConversationRow, ParticipantRow } from '../conversation/conversation.ts'
import { countMessage, saveParticipant } from '../conversation/conversation-store.ts'
import { participants as participantsTable } from '../conversation/tables.ts'
import { messageSent } from '../events.ts'
import { tellConversation } from '../live/topics.ts'
import { announceMessage } from '../notification/announce-message.ts'
import type { MessageRow } from './message.ts'
import { insertMessage } from './message-store.ts'

interface NewMessage
  extends Pick<MessageRow, 'kind' | 'senderId' | 'body'>,
    Partial<Pick<MessageRow, 'replyToId' | 'clientMessageId' | 'offerId' | 'contactDetails'>> {
  /** Locked, as it was before. */
  readonly conversation: ConversationRow
  readonly participants: readonly ParticipantRow[]
}

/**
 * Writes the next message of a locked conversation: its number, the inboxes of all, what the others are told. System messages
 * say what happened elsewhere; whoever needs to know gets a notification of that itself.
 */
export const appendMessage = async (
  ctx: Context,
  tx: Transaction,
  { conversation, participants, ...message }: NewMessage,
): Promise<MessageRow> => {
  const now = ctx.clock.now()
  const { id: conversationId, lastSequence: sequence } = await countMessage(tx, conversation.id, {
    at: now,
    senderId: message.senderId,
  })
  const written = await insertMessage(tx, { ...message, id: ctx.makeId(), conversationId, sequence, createdAt: now })
  await showInInboxes(tx, written, now)

  if (message.senderId) {
    const others = participants.filter(({ userId }) => userId !== message.senderId)
    // An offer is announced as what it is.
    if (message.kind === 'TEXT') await announceMessage(ctx, tx, conversation, others)
    await ctx.publish(tx, messageSent, {
      messageId: written.id,
      conversationId,
      senderId: message.senderId,
      recipientIds: others.map(({ userId }) => userId),
      answeredAfterSeconds: secondsSinceOther(conversation, message.senderId, now),
    })
  }
  tellConversation(
    ctx,
    tx,
    { kind: 'MESSAGE_ADDED', conversationId, messageId: written.id, userId: message.senderId, sequence },
    participants.map(({ userId }) => userId),
  )
  return written
}

/** Moves the conversation up in everybody's inbox; who writes has read. A muted conversation stays in the archive. */
const showInInboxes = async (
  tx: Transaction,
  { conversationId, sequence, senderId }: MessageRow,
  now: Date,
): Promise<void> => {
  const { archivedAt, mutedUntil } = participantsTable
  await tx
    .update(participantsTable)
    .set({
      lastMessageAt: now,
      archivedAt: sql`case when ${mutedUntil} > ${now.toISOString()}::timestamptz then ${archivedAt} end`,
    })
    .where(
      and(
        eq(participantsTable.conversationId, conversationId),
        senderId ? ne(participantsTable.userId, senderId) : undefined,
      ),
    )
  if (senderId)
    await saveParticipant(
      tx,
      { conversationId, userId: senderId },
      { lastMessageAt: now, archivedAt: null, readSequence: sequence, readAt: now },
    )
}

/** How long the one who answers took; null when the last message was their own or there was none. */
const secondsSinceOther = (
  { lastSenderId, lastSentAt }: ConversationRow,
  senderId: string,
  now: Date,
): number | null =>
  lastSentAt && lastSenderId && lastSenderId !== senderId ? (now.getTime() - lastSentAt.getTime()) / 1_000 : null
