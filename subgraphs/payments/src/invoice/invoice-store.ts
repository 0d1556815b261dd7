import { type Database, type Transaction, transaction } from '@gigraph/shared/database'
import { type Batch, indexBy } from '@gigraph/shared/graphql'
import { eq, inArray, max, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type InvoiceRow, invoices } from './tables.ts'

export const findOptionalInvoice = async (db: Database, paymentId: string): Promise<InvoiceRow | undefined> => {
  const [row] = await db.select().from(invoices).where(eq(invoices.paymentId, paymentId))
  return row
}

const listByPayment = (db: Database | Transaction, paymentIds: readonly string[]): Promise<InvoiceRow[]> =>
  db
    .select()
    .from(invoices)
    .where(inArray(invoices.paymentId, [...paymentIds]))

/** Gives the next numbers, one transaction at a time, so that none is missing or given twice. */
const insertMissing = async (tx: Transaction, paymentIds: readonly string[], issuedAt: Date): Promise<InvoiceRow[]> => {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('invoices', 2))`)
  const known = await listByPayment(tx, paymentIds)
  const missing = paymentIds.filter((id) => known.every(({ paymentId }) => paymentId !== id))
  if (missing.length === 0) return known
  const [last] = await tx.select({ number: max(invoices.number) }).from(invoices)
  const next = (last?.number ?? 0) + 1
  const rows = missing.map((paymentId, index) => ({ paymentId, number: next + index, issuedAt }))
  return [...known, ...(await tx.insert(invoices).values(rows).returning())]
}

/** The invoices of payments that have arrived, made where there is none. Who may see them is the caller's to know. */
export const issuedInvoices: Batch<Context, string, InvoiceRow> = async ({ db, clock }, paymentIds) => {
  const known = await listByPayment(db, paymentIds)
  const found =
    known.length === paymentIds.length
      ? known
      : await transaction(db, (tx) => insertMissing(tx, paymentIds, clock.now()))
  return indexBy(found, (invoice) => invoice.paymentId)
}
