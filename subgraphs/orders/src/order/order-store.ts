import { type Database, rows, type Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import { isId } from '@gigraph/shared/time'
import { and, asc, count, eq, gte, inArray, isNotNull, lte, or, type SQL, sql } from 'drizzle-orm'
import { orders } from '../tables.ts'
import type { FullOrder, Order, OrderState, Party } from './order.ts'
import { insertMilestones, listParts, saveParts } from './parts-store.ts'

/** Orders in the database; with `order-pages.ts` the only SQL about them. */

export type OrderRow = typeof orders.$inferSelect

export const orderOf = ({ totalMinor, currency, ...row }: OrderRow): Order => ({
  ...row,
  total: { amountMinor: totalMinor, currency },
})

export const orderRow = ({
  requests,
  dispute,
  milestones,
  total,
  ...order
}: FullOrder): typeof orders.$inferInsert => ({
  ...order,
  totalMinor: total.amountMinor,
  currency: total.currency,
})

/** Locks the order until the transaction ends. @throws {ApplicationError} NOT_FOUND */
export const findOrderForUpdate = async (tx: Transaction, id: string): Promise<FullOrder> => {
  const [row] = await tx.select().from(orders).where(eq(orders.id, id)).for('update')
  if (!row) throw notFound('Order')
  const parts = await listParts(tx, [id])
  return { ...orderOf(row), ...parts.get(id)! }
}

/** The order as it is now, not locked. @throws {ApplicationError} NOT_FOUND */
export const findOrder = async (db: Database, id: string): Promise<FullOrder> => {
  const [order] = await listOrders(db, [id])
  if (!order) throw notFound('Order')
  return { ...order, ...(await listParts(db, [id])).get(id)! }
}

export const listOrders = async (db: Database, ids: readonly string[]): Promise<Order[]> => {
  const found = await db
    .select()
    .from(orders)
    .where(inArray(orders.id, ids.filter(isId)))
  return found.map(orderOf)
}

/** Orders that were placed for these and live: of each there is at most one. The condition is that of the unique indexes. */
export const listOrdersOf = async (
  db: Database,
  source: 'proposalId' | 'offerId',
  ids: readonly string[],
): Promise<Order[]> => {
  const found = await db
    .select()
    .from(orders)
    .where(and(inArray(orders[source], ids.filter(isId)), sql`${orders.state} not in ('CANCELLED', 'EXPIRED')`))
  return found.map(orderOf)
}

export const insertOrder = async (tx: Transaction, order: FullOrder): Promise<void> => {
  await tx.insert(orders).values(orderRow(order))
  await insertMilestones(tx, order.milestones)
}

export const saveOrder = async (tx: Transaction, before: FullOrder, next: FullOrder): Promise<void> => {
  await tx.update(orders).set(orderRow(next)).where(eq(orders.id, next.id))
  await saveParts(tx, before, next)
}

/** Orders in which the user is on this side; without one a condition for each. Nobody is on both of one. */
export const sidesOf = (userId: string, side?: Party | null): SQL[] => {
  const of = { BUYER: eq(orders.buyerId, userId), SELLER: eq(orders.sellerId, userId) }
  return side ? [of[side]] : Object.values(of)
}

const countBy = async (
  db: Database,
  column: typeof orders.sellerId | typeof orders.gigId,
  ids: readonly string[],
  states: readonly OrderState[],
): Promise<Map<string, number>> => {
  const found = await db
    .select({ id: column, count: count() })
    .from(orders)
    .where(and(inArray(column, ids.filter(isId)), inArray(orders.state, [...states])))
    .groupBy(column)
  return new Map(found.map((row) => [String(row.id), row.count]))
}

export const countCompletedBySeller = (db: Database, sellerIds: readonly string[]): Promise<Map<string, number>> =>
  countBy(db, orders.sellerId, sellerIds, ['COMPLETED'])

/** Orders that the seller of a gig still has to work on. */
export const countQueuedByGig = (db: Database, gigIds: readonly string[]): Promise<Map<string, number>> =>
  countBy(db, orders.gigId, gigIds, ['AWAITING_REQUIREMENTS', 'IN_PROGRESS', 'REVISION'])

/**
 * Whether these two have completed no order together yet. Two that complete at once are asked one after the other: the lock is
 * on the pair, until the transaction ends.
 */
export const isFirstTogether = async (tx: Transaction, { id, buyerId, sellerId }: Order): Promise<boolean> => {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`${buyerId}:${sellerId}`}, 0))`)
  const [found] = await rows<{ exists: boolean }>(
    tx,
    sql`select exists(select from ${orders} where ${orders.buyerId} = ${buyerId} and ${orders.sellerId} = ${sellerId}
      and ${orders.state} = 'COMPLETED' and ${orders.id} <> ${id}) as exists`,
  )
  return !found?.exists
}

/** Ids of orders with a deadline that has passed, the longest overdue first. */
export const listOverdue = async (db: Database, at: Date, limit: number): Promise<string[]> => {
  const found = await db
    .select({ id: orders.id })
    .from(orders)
    .where(lte(orders.nextDueAt, at))
    .orderBy(asc(orders.nextDueAt))
    .limit(limit)
  return found.map(({ id }) => id)
}

/** Ids of a user's orders in these states. */
export const listIdsOf = async (db: Database, userId: string, states: readonly OrderState[]): Promise<string[]> => {
  const found = await db
    .select({ id: orders.id })
    .from(orders)
    .where(and(or(...sidesOf(userId)), inArray(orders.state, [...states])))
    .orderBy(asc(orders.id))
  return found.map(({ id }) => id)
}

/**
 * Whether work was begun for the proposal or offer and the order then cancelled: its price was good for that, not for ever. Among the
 * buyer's own orders, by their index.
 */
export const wasCancelledAfterStart = async (
  db: Database,
  { buyerId, proposalId, offerId }: Pick<Order, 'buyerId' | 'proposalId' | 'offerId'>,
): Promise<boolean> => {
  const source = proposalId ? eq(orders.proposalId, proposalId) : offerId ? eq(orders.offerId, offerId) : null
  if (!source) return false
  const begun = and(eq(orders.buyerId, buyerId), source, eq(orders.state, 'CANCELLED'), isNotNull(orders.startedAt))
  return (await db.$count(orders, begun)) > 0
}

/** How many orders of a buyer's wait for their payment; others of theirs are placed after the transaction. */
export const countUnpaidForUpdate = async (tx: Transaction, buyerId: string, since: Date): Promise<number> => {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`unpaid:${buyerId}`}, 0))`)
  const unpaid = and(eq(orders.buyerId, buyerId), gte(orders.createdAt, since), eq(orders.state, 'PENDING_PAYMENT'))
  return tx.$count(orders, unpaid)
}
