import { bigint, index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const minor = (name: string) => bigint(name, { mode: 'number' })

/** What payments knows of an order: how it ended, and what was done with its money. Also the lock of the order's money. */
export const orderAccounts = pgTable('order_accounts', {
  orderId: uuid('order_id').primaryKey(),
  buyerId: uuid('buyer_id').notNull(),
  sellerId: uuid('seller_id').notNull(),
  gigId: uuid('gig_id'),
  title: text('title').notNull(),
  currency: text('currency').notNull(),
  /** Null while the order runs. */
  outcome: text('outcome', { enum: ['COMPLETED', 'CANCELLED', 'EXPIRED', 'RESOLVED'] }),
  /** Of CANCELLED and RESOLVED: what the orders service said goes back to the buyer, all together. */
  toBuyerMinor: minor('to_buyer_minor').notNull().default(0),
  /** What of it has left escrow for the buyer. */
  returnedMinor: minor('returned_minor').notNull().default(0),
  /** What has left escrow for the seller, fee included. */
  releasedMinor: minor('released_minor').notNull().default(0),
})
export type OrderAccount = typeof orderAccounts.$inferSelect

/** Milestones that their buyer has accepted; released as soon as their payment is there. */
export const milestoneReleases = pgTable(
  'milestone_releases',
  {
    milestoneId: uuid('milestone_id').primaryKey(),
    orderId: uuid('order_id').notNull(),
    amountMinor: minor('amount_minor').notNull(),
    releasedAt: timestamp('released_at', { withTimezone: true, precision: 3 }),
  },
  (table) => [index('milestone_releases_order').on(table.orderId)],
)
