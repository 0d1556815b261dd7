import type { Database, Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import { type Batch, type Connection, type ConnectionArguments, indexBy, paginate } from '@gigraph/shared/graphql'
import { and, asc, eq, getTableColumns, gt, inArray } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { conversations } from '../conversation/tables.ts'
import type { MessageRow } from './message.ts'
import { messages } from './tables.ts'

export const insertMessage = async (tx: Transaction, message: typeof messages.$inferInsert): Promise<MessageRow> => {
  const [row] = await tx.insert(messages).values(message).returning()
  if (!row) throw new Error('the insert answered no row')
  return row
}

/** Writes changes of one message. */
export const saveMessage = async (tx: Transaction, id: string, changes: Partial<MessageRow>): Promise<MessageRow> => {
  const [row] = await tx.update(messages).set(changes).where(eq(messages.id, id)).returning()
  if (!row) throw notFound('Message')
  return row
}

export const findOptionalMessage = async (db: Database | Transaction, id: string): Promise<MessageRow | null> => {
  const [row] = await db.select().from(messages).where(eq(messages.id, id))
  return row ?? null
}

/** What the sender wrote into the conversation under the client's own id. */
export const findOptionalRetried = async (
  tx: Transaction,
  { conversationId, senderId, clientMessageId }: { conversationId: string; senderId: string; clientMessageId: string },
): Promise<MessageRow | null> => {
  const [row] = await tx
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.conversationId, conversationId),
        eq(messages.senderId, senderId),
        eq(messages.clientMessageId, clientMessageId),
      ),
    )
  return row ?? null
}

export const messagesById: Batch<Context, string, MessageRow> = async ({ db }, ids) =>
  indexBy(
    await db
      .select()
      .from(messages)
      .where(inArray(messages.id, [...ids])),
    (message) => message.id,
  )

/** The last message of each conversation. */
export const lastMessages: Batch<Context, string, MessageRow> = async ({ db }, conversationIds) =>
  indexBy(
    await db
      .select(getTableColumns(messages))
      .from(messages)
      .innerJoin(
        conversations,
        and(eq(conversations.id, messages.conversationId), eq(conversations.lastSequence, messages.sequence)),
      )
      .where(inArray(messages.conversationId, [...conversationIds])),
    (message) => message.conversationId,
  )

/** Messages after a number, in order. */
export const listMessagesAfter = (
  db: Database | Transaction,
  conversationId: string,
  sequence: number,
  limit: number,
): Promise<MessageRow[]> =>
  db
    .select()
    .from(messages)
    .where(and(eq(messages.conversationId, conversationId), gt(messages.sequence, sequence)))
    .orderBy(asc(messages.sequence))
    .limit(limit)

/** A page of a conversation's messages in their order. */
export const listMessages = (
  { db }: Context,
  conversationId: string,
  afterSequence: number | null | undefined,
  args: ConnectionArguments,
): Promise<Connection<MessageRow>> =>
  paginate(
    args,
    [{ column: messages.sequence, direction: 'asc', of: (message: MessageRow) => message.sequence }],
    ({ where, orderBy, limit }) =>
      db
        .select()
        .from(messages)
        .where(
          and(
            eq(messages.conversationId, conversationId),
            afterSequence == null ? undefined : gt(messages.sequence, afterSequence),
            where,
          ),
        )
        .orderBy(...orderBy)
        .limit(limit),
  )
