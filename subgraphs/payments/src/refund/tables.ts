import { sql } from 'drizzle-orm'
import { bigint, check, index, pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { payments } from '../payment/tables.ts'

/**
 * What became of it. A failed one stays owed to the buyer until it is RETRIED (another refund stands in its place), PAID_ELSEWHERE
 * (staff paid it in another way) or CALLED_OFF (the buyer's bank has taken the money itself).
 */
const refundStates = ['PENDING', 'SUCCEEDED', 'FAILED', 'RETRIED', 'PAID_ELSEWHERE', 'CALLED_OFF'] as const

/** Money on its way back to a buyer. The row's id is Stripe's idempotency key. */
export const refunds = pgTable(
  'refunds',
  {
    id: uuid('id').primaryKey(),
    paymentId: uuid('payment_id')
      .notNull()
      .references(() => payments.id),
    orderId: uuid('order_id'),
    amountMinor: bigint('amount_minor', { mode: 'number' }).notNull(),
    currency: text('currency').notNull(),
    reason: text('reason').notNull(),
    /** The member of staff who decided; null: the order's outcome did, or somebody at Stripe. */
    decidedBy: uuid('decided_by'),
    state: text('state', { enum: refundStates }).notNull(),
    stripeRefundId: text('stripe_refund_id').unique(),
    failureReason: text('failure_reason'),
    /** What staff wrote when they settled a failed one: how it was paid, or why it is tried again. */
    settlementNote: text('settlement_note'),
    /** When others were told that it reached the buyer: once, also when it came back and was made again. */
    toldAt: timestamp('told_at', { withTimezone: true, precision: 3 }),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
    settledAt: timestamp('settled_at', { withTimezone: true, precision: 3 }),
  },
  (table) => [
    index('refunds_payment').on(table.paymentId),
    index('refunds_order').on(table.orderId),
    index('refunds_newest').on(table.createdAt, table.id),
    index('refunds_waiting').on(table.createdAt).where(sql`${table.state} = 'PENDING'`),
    check('refunds_amount', sql`${table.amountMinor} > 0`),
  ],
)
export type RefundRow = typeof refunds.$inferSelect

/** A buyer asks for their money back; the seller or staff answers. */
export const refundRequests = pgTable(
  'refund_requests',
  {
    id: uuid('id').primaryKey(),
    orderId: uuid('order_id').notNull(),
    buyerId: uuid('buyer_id').notNull(),
    sellerId: uuid('seller_id').notNull(),
    reason: text('reason').notNull(),
    state: text('state', { enum: ['OPEN', 'GRANTED', 'DECLINED'] }).notNull(),
    answer: text('answer'),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
    answeredAt: timestamp('answered_at', { withTimezone: true, precision: 3 }),
  },
  (table) => [
    uniqueIndex('refund_requests_one_open').on(table.orderId).where(sql`${table.state} = 'OPEN'`),
    index('refund_requests_order').on(table.orderId),
  ],
)
export type RefundRequestRow = typeof refundRequests.$inferSelect
