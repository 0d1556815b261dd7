import { integer, pgTable, timestamp, uuid } from 'drizzle-orm/pg-core'
import { payments } from '../payment/tables.ts'

/** Invoices that were asked for. What stands on them follows from the payment; names are asked for when one is read. */
export const invoices = pgTable('invoices', {
  paymentId: uuid('payment_id')
    .primaryKey()
    .references(() => payments.id),
  /** Consecutive, without gaps: Council Directive 2006/112/EC, article 226 (2). */
  number: integer('number').notNull().unique('invoices_number'),
  issuedAt: timestamp('issued_at', { withTimezone: true, precision: 3 }).notNull(),
})
export type InvoiceRow = typeof invoices.$inferSelect
