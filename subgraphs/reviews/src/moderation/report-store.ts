import type { Transaction } from '@gigraph/shared/database'
import { type Connection, type ConnectionArguments, paginate } from '@gigraph/shared/graphql'
import { and, eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { reports } from '../tables.ts'

export type ReportRow = typeof reports.$inferSelect
export type ReportState = ReportRow['state']

/** Files a report; answers false when this person has reported this review before. */
export const insertReport = async (tx: Transaction, report: typeof reports.$inferInsert): Promise<boolean> => {
  const inserted = await tx.insert(reports).values(report).onConflictDoNothing().returning({ id: reports.id })
  return inserted.length > 0
}

/** Answers every report that waits about a review. The review must be locked. Answers how many those were. */
export const decideReports = async (
  tx: Transaction,
  reviewId: string,
  decision: Pick<ReportRow, 'state' | 'decidedAt' | 'decidedBy'>,
): Promise<number> => {
  const decided = await tx
    .update(reports)
    .set(decision)
    .where(and(eq(reports.reviewId, reviewId), eq(reports.state, 'OPEN')))
    .returning({ id: reports.id })
  return decided.length
}

/** A page of reports in a state, oldest first. */
export const listReports = (
  { db }: Context,
  { state, ...page }: ConnectionArguments & { readonly state: ReportState },
): Promise<Connection<ReportRow>> =>
  paginate(
    page,
    [
      { column: reports.createdAt, direction: 'asc', of: (report: ReportRow) => report.createdAt },
      { column: reports.id, direction: 'asc', of: (report: ReportRow) => report.id },
    ],
    ({ where, orderBy, limit }) =>
      db
        .select()
        .from(reports)
        .where(and(eq(reports.state, state), where))
        .orderBy(...orderBy)
        .limit(limit),
  )
