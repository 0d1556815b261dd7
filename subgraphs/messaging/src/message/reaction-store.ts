import type { Transaction } from '@gigraph/shared/database'
import type { Batch } from '@gigraph/shared/graphql'
import { and, asc, count, eq, inArray } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { reactions } from './tables.ts'

export type ReactionRow = typeof reactions.$inferSelect
type Reacted = Pick<ReactionRow, 'messageId' | 'userId' | 'emoji'>

export const insertReaction = async (tx: Transaction, reaction: ReactionRow): Promise<void> => {
  await tx.insert(reactions).values(reaction).onConflictDoNothing()
}

export const deleteReaction = async (tx: Transaction, { messageId, userId, emoji }: Reacted): Promise<void> => {
  await tx
    .delete(reactions)
    .where(and(eq(reactions.messageId, messageId), eq(reactions.userId, userId), eq(reactions.emoji, emoji)))
}

export const countReactions = async (tx: Transaction, messageId: string, userId: string): Promise<number> => {
  const [row] = await tx
    .select({ count: count() })
    .from(reactions)
    .where(and(eq(reactions.messageId, messageId), eq(reactions.userId, userId)))
  return row?.count ?? 0
}

/** An emoji under a message and who put it there. */
export interface ReactionGroup {
  readonly emoji: string
  readonly userIds: readonly string[]
}

/** Reactions by message, the first one's emoji first. */
export const reactionsByMessage: Batch<Context, string, ReactionGroup[]> = async ({ db }, messageIds) => {
  const found = await db
    .select()
    .from(reactions)
    .where(inArray(reactions.messageId, [...messageIds]))
    .orderBy(asc(reactions.createdAt), asc(reactions.emoji), asc(reactions.userId))
  const byMessage = Map.groupBy(found, ({ messageId }) => messageId)
  return new Map([...byMessage].map(([messageId, rows]) => [messageId, groupsOf(rows)]))
}

const groupsOf = (rows: readonly ReactionRow[]): ReactionGroup[] =>
  [...Map.groupBy(rows, ({ emoji }) => emoji)].map(([emoji, each]) => ({
    emoji,
    userIds: each.map(({ userId }) => userId),
  }))
