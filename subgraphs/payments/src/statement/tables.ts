import { bigint, index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

export const lineKinds = [
  'PAYMENT',
  'REFUND',
  'EARNING',
  'EARNING_REVERSED',
  'PAYOUT',
  'PAYOUT_RETURNED',
  'CHARGEBACK',
  'CHARGEBACK_RETURNED',
  'POINTS_BOUGHT',
  'POINTS_SPENT',
  'POINTS_ADJUSTED',
  'POINTS_REFUNDED',
  'POINTS_RETURNED',
] as const

/** What a movement of money means to one person; written with the movement. */
export const statementLines = pgTable(
  'statement_lines',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id').notNull(),
    kind: text('kind', { enum: lineKinds }).notNull(),
    /** Positive: to the person. */
    amountMinor: bigint('amount_minor', { mode: 'number' }).notNull(),
    currency: text('currency').notNull(),
    /** The platform's fee that was kept back from it. */
    feeMinor: bigint('fee_minor', { mode: 'number' }).notNull().default(0),
    description: text('description').notNull(),
    orderId: uuid('order_id'),
    paymentId: uuid('payment_id'),
    occurredAt: timestamp('occurred_at', { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [
    index('statement_lines_of_user').on(table.userId, table.occurredAt, table.id),
    index('statement_lines_newest').on(table.occurredAt, table.id),
  ],
)
export type StatementLine = typeof statementLines.$inferSelect
