import type { Database, Transaction } from '@gigraph/shared/database'
import { eq } from 'drizzle-orm'
import { type DisputeRow, disputes } from './tables.ts'

export const findOptionalDispute = async (db: Database | Transaction, id: string): Promise<DisputeRow | undefined> => {
  const [row] = await db.select().from(disputes).where(eq(disputes.id, id))
  return row
}

export const findOptionalDisputeForUpdate = async (tx: Transaction, id: string): Promise<DisputeRow | undefined> => {
  const [row] = await tx.select().from(disputes).where(eq(disputes.id, id)).for('update')
  return row
}

export const insertDispute = async (tx: Transaction, row: typeof disputes.$inferInsert): Promise<void> => {
  await tx.insert(disputes).values(row)
}

/** Notes how the bank has decided. */
export const saveOutcome = async (
  tx: Transaction,
  id: string,
  outcome: { readonly state: 'WON' | 'LOST'; readonly closedAt: Date },
): Promise<void> => {
  await tx.update(disputes).set(outcome).where(eq(disputes.id, id))
}
