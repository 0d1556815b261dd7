import type { Transaction } from '@gigraph/shared/database'
import { type Connection, type ConnectionArguments, paginate } from '@gigraph/shared/graphql'
import { and, eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { toolFeedback, toolUsers } from '../tables.ts'

export type FeedbackRow = typeof toolFeedback.$inferSelect

/** Notes that somebody used a tool; the first time counts. */
export const insertToolUser = async (tx: Transaction, use: typeof toolUsers.$inferInsert): Promise<void> => {
  await tx.insert(toolUsers).values(use).onConflictDoNothing()
}

/** Whether the person has used the tool; locks the fact, so that two feedbacks at once take turns. */
export const lockToolUser = async (tx: Transaction, toolId: string, userId: string): Promise<boolean> => {
  const found = await tx
    .select()
    .from(toolUsers)
    .where(and(eq(toolUsers.toolId, toolId), eq(toolUsers.userId, userId)))
    .for('update')
  return found.length > 0
}

export const findOptionalFeedback = async (
  tx: Transaction,
  toolId: string,
  userId: string,
): Promise<FeedbackRow | null> => {
  const [row] = await tx
    .select()
    .from(toolFeedback)
    .where(and(eq(toolFeedback.toolId, toolId), eq(toolFeedback.userId, userId)))
  return row ?? null
}

export const saveFeedback = async (tx: Transaction, feedback: FeedbackRow): Promise<FeedbackRow> => {
  const { rating, comment, updatedAt } = feedback
  await tx
    .insert(toolFeedback)
    .values(feedback)
    .onConflictDoUpdate({ target: toolFeedback.id, set: { rating, comment, updatedAt } })
  return feedback
}

/** A page of a tool's feedback, newest first. */
export const listFeedback = (
  { db }: Context,
  toolId: string,
  args: ConnectionArguments,
): Promise<Connection<FeedbackRow>> =>
  paginate(
    args,
    [
      { column: toolFeedback.createdAt, direction: 'desc', of: (feedback: FeedbackRow) => feedback.createdAt },
      { column: toolFeedback.id, direction: 'desc', of: (feedback: FeedbackRow) => feedback.id },
    ],
    ({ where, orderBy, limit }) =>
      db
        .select()
        .from(toolFeedback)
        .where(and(eq(toolFeedback.toolId, toolId), where))
        .orderBy(...orderBy)
        .limit(limit),
  )
