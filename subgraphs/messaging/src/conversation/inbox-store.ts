import { type Connection, type ConnectionArguments, mapConnection, paginate } from '@gigraph/shared/graphql'
import { and, eq, inArray, isNotNull, isNull, type SQL, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { ConversationKind, ConversationRow, ParticipantRow } from './conversation.ts'
import { conversations, participants } from './tables.ts'

export interface InboxQuery {
  readonly archived?: boolean | undefined
  readonly unread?: boolean | null | undefined
  readonly kinds?: readonly ConversationKind[] | null | undefined
}

const unread = sql`${conversations.lastSequence} > ${participants.readSequence}`

const conditions = (userId: string, query: InboxQuery): (SQL | undefined)[] => [
  eq(participants.userId, userId),
  isNotNull(participants.lastMessageAt),
  query.archived ? isNotNull(participants.archivedAt) : isNull(participants.archivedAt),
  query.unread == null ? undefined : query.unread ? unread : sql`not ${unread}`,
  query.kinds?.length ? inArray(conversations.kind, [...query.kinds]) : undefined,
]

interface InboxRow {
  readonly participants: ParticipantRow
  readonly conversations: ConversationRow
}

/** A page of somebody's conversations that have messages, newest first. */
export const listInbox = async (
  { db }: Context,
  userId: string,
  query: InboxQuery,
  args: ConnectionArguments,
): Promise<Connection<ConversationRow>> => {
  const page = await paginate(
    args,
    [
      {
        column: participants.lastMessageAt,
        direction: 'desc',
        of: (row: InboxRow) => row.participants.lastMessageAt ?? new Date(0),
      },
      { column: participants.conversationId, direction: 'desc', of: (row) => row.participants.conversationId },
    ],
    ({ where, orderBy, limit }) =>
      db
        .select()
        .from(participants)
        .innerJoin(conversations, eq(conversations.id, participants.conversationId))
        .where(and(...conditions(userId, query), where))
        .orderBy(...orderBy)
        .limit(limit),
  )
  return mapConnection(page, (row) => row.conversations)
}

/** How many messages somebody has not read, in all conversations. */
export const countUnread = async ({ db }: Context, userId: string): Promise<number> => {
  const [row] = await db
    .select({ count: sql<string>`coalesce(sum(${conversations.lastSequence} - ${participants.readSequence}), 0)` })
    .from(participants)
    .innerJoin(conversations, eq(conversations.id, participants.conversationId))
    .where(and(eq(participants.userId, userId), unread))
  return Number(row?.count ?? 0)
}
