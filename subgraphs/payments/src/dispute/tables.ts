import { bigint, index, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { payments } from '../payment/tables.ts'

/** A chargeback: the cardholder's bank has taken the money back and decides who keeps it. */
export const disputes = pgTable(
  'disputes',
  {
    /** Stripe's id. */
    id: text('id').primaryKey(),
    paymentId: uuid('payment_id')
      .notNull()
      .references(() => payments.id),
    amountMinor: bigint('amount_minor', { mode: 'number' }).notNull(),
    currency: text('currency').notNull(),
    /** What Stripe has charged for it so far. */
    feeMinor: bigint('fee_minor', { mode: 'number' }).notNull(),
    reason: text('reason').notNull(),
    state: text('state', { enum: ['OPEN', 'WON', 'LOST'] }).notNull(),
    /** Where the held money came from: account kind to minor units. It goes back there when the dispute is won. */
    sources: jsonb('sources').$type<Readonly<Record<string, number>>>().notNull(),
    /** Until when the bank takes evidence. */
    respondBy: timestamp('respond_by', { withTimezone: true, precision: 3 }),
    openedAt: timestamp('opened_at', { withTimezone: true, precision: 3 }).notNull(),
    closedAt: timestamp('closed_at', { withTimezone: true, precision: 3 }),
  },
  (table) => [index('disputes_payment').on(table.paymentId), index('disputes_newest').on(table.openedAt, table.id)],
)
export type DisputeRow = typeof disputes.$inferSelect
