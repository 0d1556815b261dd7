import { sql } from 'drizzle-orm'
import { bigint, check, index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** A seller's share that has left escrow: pending until `available_at`. */
export const earnings = pgTable(
  'earnings',
  {
    id: uuid('id').primaryKey(),
    sellerId: uuid('seller_id').notNull(),
    source: text('source', { enum: ['ORDER', 'TOOL'] }).notNull(),
    orderId: uuid('order_id'),
    gigId: uuid('gig_id'),
    toolId: uuid('tool_id'),
    currency: text('currency').notNull(),
    grossMinor: bigint('gross_minor', { mode: 'number' }).notNull(),
    feeMinor: bigint('fee_minor', { mode: 'number' }).notNull(),
    /** What of the net is still pending: less after a refund or while a chargeback holds it. */
    pendingMinor: bigint('pending_minor', { mode: 'number' }).notNull(),
    earnedAt: timestamp('earned_at', { withTimezone: true, precision: 3 }).notNull(),
    availableAt: timestamp('available_at', { withTimezone: true, precision: 3 }).notNull(),
    clearedAt: timestamp('cleared_at', { withTimezone: true, precision: 3 }),
  },
  (table) => [
    index('earnings_due').on(table.availableAt).where(sql`${table.clearedAt} is null`),
    index('earnings_seller').on(table.sellerId, table.earnedAt),
    index('earnings_order').on(table.orderId),
    index('earnings_gig').on(table.gigId),
    check('earnings_pending', sql`${table.pendingMinor} >= 0`),
  ],
)
export type Earning = typeof earnings.$inferSelect

/** Sellers whose level shortens their clearance. */
export const sellerLevels = pgTable('seller_levels', {
  userId: uuid('user_id').primaryKey(),
  level: text('level').notNull(),
  changedAt: timestamp('changed_at', { withTimezone: true, precision: 3 }).notNull(),
})
