import type { Database, Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import { type Batch, type Connection, type ConnectionArguments, paginate } from '@gigraph/shared/graphql'
import { and, asc, eq, inArray, isNull, lt, or } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type RefundRow, refunds } from './tables.ts'

export const insertRefund = async (tx: Transaction, row: typeof refunds.$inferInsert): Promise<RefundRow> => {
  const [inserted] = await tx.insert(refunds).values(row).returning()
  if (!inserted) throw new Error('the insert answered no row')
  return inserted
}

export const saveRefund = async (tx: Transaction, id: string, changes: Partial<RefundRow>): Promise<RefundRow> => {
  const [row] = await tx.update(refunds).set(changes).where(eq(refunds.id, id)).returning()
  if (!row) throw notFound('Refund')
  return row
}

export const findOptionalRefund = async (db: Database | Transaction, id: string): Promise<RefundRow | undefined> => {
  const [row] = await db.select().from(refunds).where(eq(refunds.id, id))
  return row
}

/** @throws {ApplicationError} NOT_FOUND */
export const findRefund = async (db: Database, id: string): Promise<RefundRow> => {
  const [row] = await db.select().from(refunds).where(eq(refunds.id, id))
  if (!row) throw notFound('Refund')
  return row
}

/** @throws {ApplicationError} NOT_FOUND */
export const findRefundForUpdate = async (tx: Transaction, id: string): Promise<RefundRow> => {
  const [row] = await tx.select().from(refunds).where(eq(refunds.id, id)).for('update')
  if (!row) throw notFound('Refund')
  return row
}

/** What of a payment is owed to its buyer and not under way at Stripe, oldest first, locked. */
export const listOwedForUpdate = (tx: Transaction, paymentId: string): Promise<RefundRow[]> =>
  tx
    .select()
    .from(refunds)
    .where(
      and(
        eq(refunds.paymentId, paymentId),
        or(eq(refunds.state, 'FAILED'), and(eq(refunds.state, 'PENDING'), isNull(refunds.stripeRefundId))),
      ),
    )
    .orderBy(asc(refunds.createdAt), asc(refunds.id))
    .for('update')

/** What of a payment was called off for a chargeback, oldest first, locked. */
export const listCalledOffForUpdate = (tx: Transaction, paymentId: string): Promise<RefundRow[]> =>
  tx
    .select()
    .from(refunds)
    .where(and(eq(refunds.paymentId, paymentId), eq(refunds.state, 'CALLED_OFF')))
    .orderBy(asc(refunds.createdAt), asc(refunds.id))
    .for('update')

/** A page of everybody's refunds, newest first. */
export const listRefunds = (
  { db }: Context,
  states: readonly RefundRow['state'][] | null | undefined,
  args: ConnectionArguments,
): Promise<Connection<RefundRow>> =>
  paginate(
    args,
    [
      { column: refunds.createdAt, direction: 'desc', of: (refund: RefundRow) => refund.createdAt },
      { column: refunds.id, direction: 'desc', of: (refund: RefundRow) => refund.id },
    ],
    ({ where, orderBy, limit }) =>
      db
        .select()
        .from(refunds)
        .where(and(states?.length ? inArray(refunds.state, [...states]) : undefined, where))
        .orderBy(...orderBy)
        .limit(limit),
  )

export const findOptionalRefundByStripeId = async (
  db: Database | Transaction,
  id: string,
): Promise<RefundRow | undefined> => {
  const [row] = await db.select().from(refunds).where(eq(refunds.stripeRefundId, id))
  return row
}

/** Refunds that were decided before `before` and that Stripe has not confirmed. */
export const listWaitingRefunds = (db: Database, before: Date, limit: number): Promise<RefundRow[]> =>
  db
    .select()
    .from(refunds)
    .where(and(eq(refunds.state, 'PENDING'), isNull(refunds.settledAt), lt(refunds.createdAt, before)))
    .orderBy(asc(refunds.createdAt))
    .limit(limit)

export const refundsByPayment: Batch<Context, string, RefundRow[]> = async ({ db }, paymentIds) => {
  const found = await db
    .select()
    .from(refunds)
    .where(inArray(refunds.paymentId, [...paymentIds]))
    .orderBy(asc(refunds.createdAt), asc(refunds.id))
  return Map.groupBy(found, (refund) => refund.paymentId)
}
