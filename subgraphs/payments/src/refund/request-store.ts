import type { Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import type { Batch } from '@gigraph/shared/graphql'
import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type RefundRequestRow, refundRequests } from './tables.ts'

/** @returns undefined when the order has an open request already */
export const insertRequest = async (
  tx: Transaction,
  row: typeof refundRequests.$inferInsert,
): Promise<RefundRequestRow | undefined> => {
  const [inserted] = await tx.insert(refundRequests).values(row).onConflictDoNothing().returning()
  return inserted
}

/** @throws {ApplicationError} NOT_FOUND */
export const findRequestForUpdate = async (tx: Transaction, id: string): Promise<RefundRequestRow> => {
  const [row] = await tx.select().from(refundRequests).where(eq(refundRequests.id, id)).for('update')
  if (!row) throw notFound('RefundRequest')
  return row
}

export const saveRequest = async (
  tx: Transaction,
  id: string,
  changes: Partial<RefundRequestRow>,
): Promise<RefundRequestRow> => {
  const [row] = await tx.update(refundRequests).set(changes).where(eq(refundRequests.id, id)).returning()
  if (!row) throw notFound('RefundRequest')
  return row
}

/** A refund answers what the buyer had asked. */
export const grantOpenRequests = async (tx: Transaction, orderId: string, at: Date): Promise<void> => {
  await tx
    .update(refundRequests)
    .set({ state: 'GRANTED', answeredAt: at })
    .where(and(eq(refundRequests.orderId, orderId), eq(refundRequests.state, 'OPEN')))
}

export const requestsByOrder: Batch<Context, string, RefundRequestRow[]> = async ({ db }, orderIds) => {
  const found = await db
    .select()
    .from(refundRequests)
    .where(inArray(refundRequests.orderId, [...orderIds]))
    .orderBy(asc(refundRequests.createdAt), asc(refundRequests.id))
  return Map.groupBy(found, (request) => request.orderId)
}
