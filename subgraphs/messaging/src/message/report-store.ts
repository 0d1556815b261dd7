import type { Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import { type Connection, type ConnectionArguments, paginate } from '@gigraph/shared/graphql'
import { and, count, eq, isNull } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { conversations } from '../conversation/tables.ts'
import { messageReports } from './tables.ts'

export type ReportRow = typeof messageReports.$inferSelect

/** Files a report and opens the conversation to staff; answers false when this person has reported this message before. */
export const insertReport = async (tx: Transaction, report: typeof messageReports.$inferInsert): Promise<boolean> => {
  const inserted = await tx
    .insert(messageReports)
    .values(report)
    .onConflictDoNothing()
    .returning({ id: messageReports.id })
  if (inserted.length === 0) return false
  await tx
    .update(conversations)
    .set({ reportedAt: report.createdAt })
    .where(eq(conversations.id, report.conversationId))
  return true
}

/** @throws {ApplicationError} NOT_FOUND */
export const findReportForUpdate = async (tx: Transaction, id: string): Promise<ReportRow> => {
  const [row] = await tx.select().from(messageReports).where(eq(messageReports.id, id)).for('update')
  if (!row) throw notFound('Report')
  return row
}

/** Closes a report; with the last one of a conversation, staff stop reading it. */
export const closeReport = async (
  tx: Transaction,
  { id, conversationId }: ReportRow,
  decision: Pick<ReportRow, 'resolvedAt' | 'resolvedBy'>,
): Promise<ReportRow> => {
  const [row] = await tx.update(messageReports).set(decision).where(eq(messageReports.id, id)).returning()
  if (!row) throw notFound('Report')
  const [open] = await tx
    .select({ count: count() })
    .from(messageReports)
    .where(and(eq(messageReports.conversationId, conversationId), isNull(messageReports.resolvedAt)))
  if (open?.count === 0)
    await tx.update(conversations).set({ reportedAt: null }).where(eq(conversations.id, conversationId))
  return row
}

/** A page of reports that are still to be decided on, oldest first. */
export const listOpenReports = ({ db }: Context, args: ConnectionArguments): Promise<Connection<ReportRow>> =>
  paginate(
    args,
    [
      { column: messageReports.createdAt, direction: 'asc', of: (report: ReportRow) => report.createdAt },
      { column: messageReports.id, direction: 'asc', of: (report: ReportRow) => report.id },
    ],
    ({ where, orderBy, limit }) =>
      db
        .select()
        .from(messageReports)
        .where(and(isNull(messageReports.resolvedAt), where))
        .orderBy(...orderBy)
        .limit(limit),
  )
