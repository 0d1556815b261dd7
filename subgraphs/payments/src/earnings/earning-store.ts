import type { Database, Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import type { Batch } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { and, asc, countDistinct, eq, gt, inArray, isNull, lte, sql, sum } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type Earning, earnings, sellerLevels } from './tables.ts'

/** One at a time for whatever depends on what a seller has in several accounts; before the accounts' own locks. */
export const lockSeller = async (tx: Transaction, userId: string): Promise<void> => {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${userId}, 1))`)
}

export const insertEarning = async (tx: Transaction, row: typeof earnings.$inferInsert): Promise<Earning> => {
  const [inserted] = await tx.insert(earnings).values(row).returning()
  if (!inserted) throw new Error('the insert answered no row')
  return inserted
}

/** @throws {ApplicationError} NOT_FOUND */
export const findEarning = async (db: Database | Transaction, id: string): Promise<Earning> => {
  const [row] = await db.select().from(earnings).where(eq(earnings.id, id))
  if (!row) throw notFound('Earning')
  return row
}

export const findOptionalEarningForUpdate = async (tx: Transaction, id: string): Promise<Earning | undefined> => {
  const [row] = await tx.select().from(earnings).where(eq(earnings.id, id)).for('update')
  return row
}

/** What of a seller's earnings is pending, soonest first, locked. */
export const listPendingForUpdate = (tx: Transaction, sellerId: string): Promise<Earning[]> =>
  tx
    .select()
    .from(earnings)
    .where(and(eq(earnings.sellerId, sellerId), isNull(earnings.clearedAt), gt(earnings.pendingMinor, 0)))
    .orderBy(asc(earnings.availableAt), asc(earnings.id))
    .for('update')

export const saveEarning = async (tx: Transaction, id: string, changes: Partial<Earning>): Promise<void> => {
  await tx.update(earnings).set(changes).where(eq(earnings.id, id))
}

export const listDueEarningIds = async (db: Database, now: Date, limit: number): Promise<string[]> => {
  const found = await db
    .select({ id: earnings.id })
    .from(earnings)
    .where(and(isNull(earnings.clearedAt), lte(earnings.availableAt, now)))
    .orderBy(asc(earnings.availableAt))
    .limit(limit)
  return found.map(({ id }) => id)
}

/** What of a seller's earnings is still pending, soonest first. */
export const pendingOfSellers: Batch<Context, string, Earning[]> = async ({ db }, sellerIds) => {
  const found = await db
    .select()
    .from(earnings)
    .where(and(inArray(earnings.sellerId, [...sellerIds]), isNull(earnings.clearedAt), gt(earnings.pendingMinor, 0)))
    .orderBy(asc(earnings.availableAt), asc(earnings.id))
  return Map.groupBy(found, (earning) => earning.sellerId)
}

/** Everything that each order has brought its seller. */
export const earningsByOrder: Batch<Context, string, Earning[]> = async ({ db }, orderIds) => {
  const found = await db
    .select()
    .from(earnings)
    .where(inArray(earnings.orderId, orderIds.filter(isId)))
    .orderBy(asc(earnings.earnedAt), asc(earnings.id))
  return Map.groupBy(found, (earning) => earning.orderId ?? '')
}

/** What somebody has earned with a gig, in one currency. */
export interface GigEarnings {
  readonly gigId: string
  readonly sellerId: string
  readonly currency: string
  readonly grossMinor: number
  readonly feeMinor: number
  readonly orders: number
}

/** By gig: its seller's earnings, a row per currency. */
export const earningsByGig: Batch<Context, string, GigEarnings[]> = async ({ db }, gigIds) => {
  const found = await db
    .select({
      gigId: sql<string>`${earnings.gigId}`,
      sellerId: earnings.sellerId,
      currency: earnings.currency,
      grossMinor: sum(earnings.grossMinor).mapWith(Number),
      feeMinor: sum(earnings.feeMinor).mapWith(Number),
      orders: countDistinct(earnings.orderId),
    })
    .from(earnings)
    .where(inArray(earnings.gigId, gigIds.filter(isId)))
    .groupBy(earnings.gigId, earnings.sellerId, earnings.currency)
  return Map.groupBy(found, ({ gigId }) => gigId)
}

export const levelOf = async (db: Database, userId: string): Promise<string | undefined> => {
  const [row] = await db.select().from(sellerLevels).where(eq(sellerLevels.userId, userId))
  return row?.level
}

/** Keeps the newest level, in whatever order the changes arrive. */
export const saveLevel = async (
  tx: Transaction,
  row: { readonly userId: string; readonly level: string; readonly changedAt: Date },
): Promise<void> => {
  await tx
    .insert(sellerLevels)
    .values(row)
    .onConflictDoUpdate({
      target: sellerLevels.userId,
      set: { level: row.level, changedAt: row.changedAt },
      setWhere: sql`${sellerLevels.changedAt} < excluded.changed_at`,
    })
}
