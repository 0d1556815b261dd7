import type { Database, Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import { type Batch, type Connection, type ConnectionArguments, indexBy, paginate } from '@gigraph/shared/graphql'
import { and, count, countDistinct, eq, inArray, isNull, sum } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type ToolUsageRow, toolUsages } from './tables.ts'

export const insertUsage = async (tx: Transaction, row: typeof toolUsages.$inferInsert): Promise<ToolUsageRow> => {
  const [inserted] = await tx.insert(toolUsages).values(row).returning()
  if (!inserted) throw new Error('the insert answered no row')
  return inserted
}

/** @throws {ApplicationError} NOT_FOUND */
export const findUsage = async (db: Database, id: string): Promise<ToolUsageRow> => {
  const [row] = await db.select().from(toolUsages).where(eq(toolUsages.id, id))
  if (!row) throw notFound('ToolUsage')
  return row
}

/** @throws {ApplicationError} NOT_FOUND */
export const findUsageForUpdate = async (tx: Transaction, id: string): Promise<ToolUsageRow> => {
  const [row] = await tx.select().from(toolUsages).where(eq(toolUsages.id, id)).for('update')
  if (!row) throw notFound('ToolUsage')
  return row
}

export const saveUsage = async (tx: Transaction, id: string, changes: Partial<ToolUsageRow>): Promise<ToolUsageRow> => {
  const [row] = await tx.update(toolUsages).set(changes).where(eq(toolUsages.id, id)).returning()
  if (!row) throw notFound('ToolUsage')
  return row
}

/** What a client's grant still allows, in points; the grant is locked. Refunded use counts: it was served. */
export const pointsLeftForUpdate = async (tx: Transaction, grantId: string): Promise<number> => {
  const { maxPoints, pointsCharged } = await findUsageForUpdate(tx, grantId)
  const [metered] = await tx
    .select({ points: sum(toolUsages.pointsCharged).mapWith(Number) })
    .from(toolUsages)
    .where(eq(toolUsages.grantedBy, grantId))
  return Math.max(0, (maxPoints ?? pointsCharged) - pointsCharged - (metered?.points ?? 0))
}

/** A page of what a person has used, newest first. */
export const listUsages = (
  { db }: Context,
  userId: string,
  args: ConnectionArguments,
): Promise<Connection<ToolUsageRow>> =>
  paginate(
    args,
    [
      { column: toolUsages.usedAt, direction: 'desc', of: (usage: ToolUsageRow) => usage.usedAt },
      { column: toolUsages.id, direction: 'desc', of: (usage: ToolUsageRow) => usage.id },
    ],
    ({ where, orderBy, limit }) =>
      db
        .select()
        .from(toolUsages)
        .where(and(eq(toolUsages.userId, userId), where))
        .orderBy(...orderBy)
        .limit(limit),
  )

export interface UsageCount {
  readonly toolId: string
  readonly creatorId: string
  readonly uses: number
  readonly users: number
  readonly points: number
}

/** How much each tool was used; refunded uses do not count. */
export const usageCounts: Batch<Context, string, UsageCount> = async ({ db }, toolIds) => {
  const found = await db
    .select({
      toolId: toolUsages.toolId,
      creatorId: toolUsages.creatorId,
      uses: count(),
      users: countDistinct(toolUsages.userId),
      points: sum(toolUsages.pointsCharged).mapWith(Number),
    })
    .from(toolUsages)
    .where(and(inArray(toolUsages.toolId, [...toolIds]), isNull(toolUsages.refundedAt)))
    .groupBy(toolUsages.toolId, toolUsages.creatorId)
  return indexBy(found, (each) => each.toolId)
}
