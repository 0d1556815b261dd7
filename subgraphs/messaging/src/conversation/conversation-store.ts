import type { Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import { type Batch, groupBy, indexBy } from '@gigraph/shared/graphql'
import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type ConversationKind, type ConversationRow, type ParticipantRow, peopleKey } from './conversation.ts'
import { conversations, participants } from './tables.ts'

export const conversationsById: Batch<Context, string, ConversationRow> = async ({ db }, ids) =>
  indexBy(
    await db
      .select()
      .from(conversations)
      .where(inArray(conversations.id, [...ids])),
    (conversation) => conversation.id,
  )

/** Who takes part, by conversation; conversations without anybody are absent. */
export const participantsByConversation: Batch<Context, string, ParticipantRow[]> = async ({ db }, ids) =>
  groupBy(
    ids,
    await db
      .select()
      .from(participants)
      .where(inArray(participants.conversationId, [...ids]))
      .orderBy(participants.userId),
    (participant) => participant.conversationId,
  )

/** The conversation of an order's parties, by order. */
export const conversationsByOrder: Batch<Context, string, ConversationRow> = async ({ db }, orderIds) =>
  indexBy(
    await db
      .select()
      .from(conversations)
      .where(and(eq(conversations.kind, 'ORDER'), inArray(conversations.subjectId, [...orderIds]))),
    (conversation) => conversation.subjectId ?? '',
  )

/** Locks the conversation until the transaction ends: its messages are numbered one after another. @throws NOT_FOUND */
export const findConversationForUpdate = async (tx: Transaction, id: string): Promise<ConversationRow> => {
  const [row] = await tx.select().from(conversations).where(eq(conversations.id, id)).for('update')
  if (!row) throw notFound('Conversation')
  return row
}

export const findOptionalConversationAbout = async (
  db: Context['db'] | Transaction,
  kind: ConversationKind,
  subjectId: string,
): Promise<ConversationRow | null> => {
  const [row] = await db
    .select()
    .from(conversations)
    .where(and(eq(conversations.kind, kind), eq(conversations.subjectId, subjectId)))
  return row ?? null
}

export const listParticipants = (db: Context['db'] | Transaction, conversationId: string): Promise<ParticipantRow[]> =>
  db.select().from(participants).where(eq(participants.conversationId, conversationId)).orderBy(participants.userId)

interface NewConversation {
  readonly kind: ConversationKind
  readonly subjectId: string | null
  readonly title: string | null
  readonly userIds: readonly string[]
  readonly startedBy: string | null
}

/** The conversation of these people about this subject, locked; made when there is none, whoever else makes it meanwhile. */
export const ensureConversation = async (
  ctx: Context,
  tx: Transaction,
  { kind, subjectId, title, userIds, startedBy }: NewConversation,
): Promise<{ conversation: ConversationRow; isNew: boolean }> => {
  const key = peopleKey(userIds)
  const [made] = await tx
    .insert(conversations)
    .values({ id: ctx.makeId(), kind, subjectId, title, peopleKey: key, startedBy, createdAt: ctx.clock.now() })
    .onConflictDoNothing()
    .returning()
  if (made) {
    await tx.insert(participants).values(userIds.map((userId) => ({ conversationId: made.id, userId })))
    return { conversation: made, isNew: true }
  }
  const [conversation] = await tx
    .select()
    .from(conversations)
    .where(
      and(
        eq(conversations.kind, kind),
        subjectId === null ? isNull(conversations.subjectId) : eq(conversations.subjectId, subjectId),
        eq(conversations.peopleKey, key),
      ),
    )
    .for('update')
  if (!conversation) throw notFound('Conversation')
  return { conversation, isNew: false }
}

/** Counts the conversation's messages up by one and answers it as it is then. */
export const countMessage = async (
  tx: Transaction,
  id: string,
  { at, senderId }: { readonly at: Date; readonly senderId: string | null },
): Promise<ConversationRow> => {
  const [row] = await tx
    .update(conversations)
    .set({
      lastSequence: sql`${conversations.lastSequence} + 1`,
      lastMessageAt: at,
      ...(senderId && { lastSenderId: senderId, lastSentAt: at }),
    })
    .where(eq(conversations.id, id))
    .returning()
  if (!row) throw notFound('Conversation')
  return row
}

/** Lets somebody take part in a locked conversation, if they do not yet; what was written before counts as read. */
export const addParticipant = async (
  tx: Transaction,
  { id: conversationId, lastSequence, lastMessageAt }: ConversationRow,
  userId: string,
): Promise<ParticipantRow> => {
  const own = and(eq(participants.conversationId, conversationId), eq(participants.userId, userId))
  await tx
    .insert(participants)
    .values({ conversationId, userId, readSequence: lastSequence, lastMessageAt })
    .onConflictDoNothing()
  const [row] = await tx.select().from(participants).where(own)
  if (!row) throw notFound('Conversation')
  return row
}

export const saveParticipant = async (
  tx: Transaction,
  { conversationId, userId }: Pick<ParticipantRow, 'conversationId' | 'userId'>,
  changes: Partial<ParticipantRow>,
): Promise<void> => {
  await tx
    .update(participants)
    .set(changes)
    .where(and(eq(participants.conversationId, conversationId), eq(participants.userId, userId)))
}
