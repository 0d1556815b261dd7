import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** Who a person is on invoices: a company's name, its address, its tax number. Goes with the account. */
export const billingDetails = pgTable('billing_details', {
  userId: uuid('user_id').primaryKey(),
  name: text('name').notNull(),
  /** As it is written on a letter, a line each. */
  addressLines: text('address_lines').array().notNull(),
  /** ISO 3166-1 alpha-2. */
  country: text('country').notNull(),
  /** VAT, GST or other number for taxes. */
  taxId: text('tax_id'),
  updatedAt: timestamp('updated_at', { withTimezone: true, precision: 3 }).notNull(),
})
export type BillingDetailsRow = typeof billingDetails.$inferSelect
