import type { Database, Transaction } from '@gigraph/shared/database'
import { type Batch, type Connection, type ConnectionArguments, paginate } from '@gigraph/shared/graphql'
import { and, asc, desc, eq, inArray } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type DisputeRow, disputes } from './tables.ts'

export const findOptionalDispute = async (db: Database | Transaction, id: string): Promise<DisputeRow | undefined> => {
  const [row] = await db.select().from(disputes).where(eq(disputes.id, id))
  return row
}

export const findOptionalDisputeForUpdate = async (tx: Transaction, id: string): Promise<DisputeRow | undefined> => {
  const [row] = await tx.select().from(disputes).where(eq(disputes.id, id)).for('update')
  return row
}

/** The latest chargeback of a payment. */
export const findOptionalDisputeOfPaymentForUpdate = async (
  tx: Transaction,
  paymentId: string,
): Promise<DisputeRow | undefined> => {
  const [row] = await tx
    .select()
    .from(disputes)
    .where(eq(disputes.paymentId, paymentId))
    .orderBy(desc(disputes.openedAt), desc(disputes.id))
    .limit(1)
    .for('update')
  return row
}

/** Every chargeback of each payment, oldest first. */
export const disputesByPayment: Batch<Context, string, DisputeRow[]> = async ({ db }, paymentIds) => {
  const found = await db
    .select()
    .from(disputes)
    .where(inArray(disputes.paymentId, [...paymentIds]))
    .orderBy(asc(disputes.openedAt), asc(disputes.id))
  return Map.groupBy(found, (dispute) => dispute.paymentId)
}

/** A page of everybody's chargebacks, newest first. */
export const listDisputes = (
  { db }: Context,
  states: readonly DisputeRow['state'][] | null | undefined,
  args: ConnectionArguments,
): Promise<Connection<DisputeRow>> =>
  paginate(
    args,
    [
      { column: disputes.openedAt, direction: 'desc', of: (dispute: DisputeRow) => dispute.openedAt },
      { column: disputes.id, direction: 'desc', of: (dispute: DisputeRow) => dispute.id },
    ],
    ({ where, orderBy, limit }) =>
      db
        .select()
        .from(disputes)
        .where(and(states?.length ? inArray(disputes.state, [...states]) : undefined, where))
        .orderBy(...orderBy)
        .limit(limit),
  )

export const insertDispute = async (tx: Transaction, row: typeof disputes.$inferInsert): Promise<void> => {
  await tx.insert(disputes).values(row)
}

export const saveDispute = async (tx: Transaction, id: string, changes: Partial<DisputeRow>): Promise<void> => {
  await tx.update(disputes).set(changes).where(eq(disputes.id, id))
}
