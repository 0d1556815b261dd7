import { noteAct } from '@gigraph/shared/audit'
import type { Transaction } from '@gigraph/shared/database'
import { type Connection, type ConnectionArguments, paginate } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { decisions, reports } from '../tables.ts'

/** What staff decided about something on the market. */
export type ListingDecision = typeof decisions.$inferSelect

type Facts = Readonly<Record<string, string | number | null>>
interface Noted extends Omit<ListingDecision, 'id' | 'createdAt'> {
  readonly ownerId: string
  /** Where the thing stood, and where it stands now. */
  readonly before: Facts
  readonly after: Facts
}

/** Notes a decision, here and in the audit log; it answers every report that waits about the same thing. Answers how many those were. */
export const noteDecision = async (
  ctx: Context,
  tx: Transaction,
  { ownerId, before, after, ...decision }: Noted,
): Promise<number> => {
  const createdAt = ctx.clock.now()
  await tx.insert(decisions).values({ ...decision, id: ctx.makeId(), createdAt })
  const answered = await tx
    .update(reports)
    .set({ resolvedAt: createdAt })
    .where(and(eq(reports.listingId, decision.listingId), isNull(reports.resolvedAt)))
    .returning({ id: reports.id })
  const { kind, listingId, reason } = decision
  const action =
    decision.decision === 'DISMISSED' ? 'LISTING_REPORTS_DISMISSED' : (`LISTING_${decision.decision}` as const)
  await noteAct(ctx, tx, {
    ...{ action, subjectId: ownerId, object: { kind, id: listingId }, reason },
    before: { ...before, waitingReports: answered.length },
    after: { ...after, waitingReports: 0 },
  })
  return answered.length
}

/** What staff decided about one thing, the latest first. */
export const listDecisions = (
  ctx: Context,
  listingId: string,
  args: ConnectionArguments,
): Promise<Connection<ListingDecision>> =>
  paginate(
    args,
    [
      { column: decisions.createdAt, direction: 'desc', of: (row: ListingDecision) => row.createdAt },
      { column: decisions.id, direction: 'desc', of: (row: ListingDecision) => row.id },
    ],
    ({ where, orderBy, limit }) =>
      ctx.db
        .select()
        .from(decisions)
        .where(and(isId(listingId) ? eq(decisions.listingId, listingId) : sql`false`, where))
        .orderBy(...orderBy)
        .limit(limit),
  )
