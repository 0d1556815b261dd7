import { hasScope, type Viewer } from '@gigraph/shared/auth'
import type { Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import { type Connection, type ConnectionArguments, paginate } from '@gigraph/shared/graphql'
import { and, eq, isNull, or, type SQL } from 'drizzle-orm'
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
    .for('update')
  return row ?? null
}

/** The feedback, locked until the transaction ends. @throws {ApplicationError} NOT_FOUND */
export const findFeedbackForUpdate = async (tx: Transaction, id: string): Promise<FeedbackRow> => {
  const [row] = await tx.select().from(toolFeedback).where(eq(toolFeedback.id, id)).for('update')
  if (!row) throw notFound('Feedback')
  return row
}

/** Writes whether feedback is hidden, and why. */
export const saveHidden = async (
  tx: Transaction,
  id: string,
  hidden: Pick<FeedbackRow, 'hiddenAt' | 'hiddenReason'>,
): Promise<FeedbackRow> => {
  const [row] = await tx.update(toolFeedback).set(hidden).where(eq(toolFeedback.id, id)).returning()
  if (!row) throw notFound('Feedback')
  return row
}

export const saveFeedback = async (tx: Transaction, feedback: FeedbackRow): Promise<FeedbackRow> => {
  const { rating, comment, updatedAt } = feedback
  await tx
    .insert(toolFeedback)
    .values(feedback)
    .onConflictDoUpdate({ target: toolFeedback.id, set: { rating, comment, updatedAt } })
  return feedback
}

const visibleTo = (viewer: Viewer | null): SQL | undefined => {
  if (!viewer) return isNull(toolFeedback.hiddenAt)
  return hasScope(viewer, 'content:moderate')
    ? undefined
    : or(isNull(toolFeedback.hiddenAt), eq(toolFeedback.userId, viewer.id))
}

/** A page of a tool's feedback, newest first; what staff have hidden only for its author and staff. */
export const listFeedback = (
  { db, viewer }: Context,
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
        .where(and(eq(toolFeedback.toolId, toolId), visibleTo(viewer), where))
        .orderBy(...orderBy)
        .limit(limit),
  )
