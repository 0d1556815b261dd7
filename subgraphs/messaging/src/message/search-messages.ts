import { requireViewer } from '@gigraph/shared/auth'
import { badUserInput } from '@gigraph/shared/errors'
import { type Connection, type ConnectionArguments, paginate } from '@gigraph/shared/graphql'
import { and, eq, getTableColumns, isNull, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { participants } from '../conversation/tables.ts'
import type { MessageRow } from './message.ts'
import { messages } from './tables.ts'

/**
 * A page of messages that hold the words, in conversations of the viewer, newest first.
 *
 * @throws {ApplicationError} BAD_USER_INPUT for too few or too many characters
 */
export const searchMessages = (
  ctx: Context,
  {
    query,
    conversationId,
    ...page
  }: ConnectionArguments & { query: string; conversationId?: string | null | undefined },
): Promise<Connection<MessageRow>> => {
  const viewer = requireViewer(ctx)
  const words = query.trim()
  if (words.length < 2 || words.length > 200) throw badUserInput('Search for 2 to 200 characters.', 'query')
  if (conversationId && !z.uuid().safeParse(conversationId).success)
    throw badUserInput('This is no conversation.', 'conversationId')
  return paginate(
    page,
    [
      { column: messages.createdAt, direction: 'desc', of: (message: MessageRow) => message.createdAt },
      { column: messages.id, direction: 'desc', of: (message: MessageRow) => message.id },
    ],
    ({ where, orderBy, limit }) =>
      ctx.db
        .select(getTableColumns(messages))
        .from(messages)
        .innerJoin(
          participants,
          and(eq(participants.conversationId, messages.conversationId), eq(participants.userId, viewer.id)),
        )
        .where(
          and(
            sql`to_tsvector('simple', ${messages.body}) @@ websearch_to_tsquery('simple', ${words})`,
            isNull(messages.deletedAt),
            conversationId ? eq(messages.conversationId, conversationId) : undefined,
            where,
          ),
        )
        .orderBy(...orderBy)
        .limit(limit),
  )
}
