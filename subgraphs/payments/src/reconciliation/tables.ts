import { integer, pgTable, timestamp } from 'drizzle-orm/pg-core'

/** Until when Stripe's events have been compared. One row. */
export const reconciliations = pgTable('reconciliations', {
  id: integer('id').primaryKey(),
  comparedUntil: timestamp('compared_until', { withTimezone: true, precision: 3 }).notNull(),
})
