import type { Transaction } from '@gigraph/shared/database'
import { type Connection, type ConnectionArguments, paginate } from '@gigraph/shared/graphql'
import { and, eq, exists, isNull } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { reports, reviews } from '../tables.ts'

export type ReportRow = typeof reports.$inferSelect

/** Files a report; answers false when this person has reported this review before. */
export const insertReport = async (tx: Transaction, report: ReportRow): Promise<boolean> => {
  const inserted = await tx.insert(reports).values(report).onConflictDoNothing().returning({ id: reports.id })
  return inserted.length > 0
}

/** A page of reports of reviews that are still visible, oldest first. */
export const listOpenReports = ({ db }: Context, args: ConnectionArguments): Promise<Connection<ReportRow>> =>
  paginate(
    args,
    [
      { column: reports.createdAt, direction: 'asc', of: (report: ReportRow) => report.createdAt },
      { column: reports.id, direction: 'asc', of: (report: ReportRow) => report.id },
    ],
    ({ where, orderBy, limit }) =>
      db
        .select()
        .from(reports)
        .where(
          and(
            exists(
              db
                .select()
                .from(reviews)
                .where(and(eq(reviews.id, reports.reviewId), isNull(reviews.hiddenAt))),
            ),
            where,
          ),
        )
        .orderBy(...orderBy)
        .limit(limit),
  )
