import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core'

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })
const minor = (name: string) => bigint(name, { mode: 'number' })

/** A buyer pays: an order, a milestone of one, or points. The row exists before Stripe is asked. */
export const payments = pgTable(
  'payments',
  {
    id: uuid('id').primaryKey(),
    purpose: text('purpose', { enum: ['ORDER', 'POINTS'] }).notNull(),
    /** What is paid: the milestone, else the order, else (points) the payment itself. */
    subjectId: uuid('subject_id').notNull(),
    orderId: uuid('order_id'),
    milestoneId: uuid('milestone_id'),
    buyerId: uuid('buyer_id').notNull(),
    sellerId: uuid('seller_id'),
    gigId: uuid('gig_id'),
    title: text('title').notNull(),
    amountMinor: minor('amount_minor').notNull(),
    currency: text('currency').notNull(),
    /** Of a purchase of points: how many. */
    points: integer('points'),
    state: text('state', { enum: ['PENDING', 'SUCCEEDED', 'EXPIRED'] }).notNull(),
    /** Why the bank refused the last try. */
    failureReason: text('failure_reason'),
    sessionId: text('session_id'),
    checkoutUrl: text('checkout_url'),
    checkoutExpiresAt: instant('checkout_expires_at').notNull(),
    intentId: text('intent_id'),
    stripeFeeMinor: minor('stripe_fee_minor').notNull().default(0),
    /** Refunds that are decided, failed ones not counted: never more than the amount. */
    refundDecidedMinor: minor('refund_decided_minor').notNull().default(0),
    /** Refunds that Stripe has confirmed. */
    refundedMinor: minor('refunded_minor').notNull().default(0),
    /** What a bank holds of it, or has taken for good. */
    disputedMinor: minor('disputed_minor').notNull().default(0),
    /** What the cardholder's bank made of it; null: nothing. */
    disputeState: text('dispute_state', { enum: ['OPEN', 'WON', 'LOST'] }),
    createdAt: instant('created_at').notNull(),
    paidAt: instant('paid_at'),
  },
  (table) => [
    uniqueIndex('payments_one_checkout').on(table.subjectId).where(sql`${table.state} = 'PENDING'`),
    uniqueIndex('payments_session').on(table.sessionId),
    uniqueIndex('payments_intent').on(table.intentId),
    index('payments_order').on(table.orderId),
    index('payments_buyer').on(table.buyerId),
    index('payments_waiting').on(table.checkoutExpiresAt).where(sql`${table.state} = 'PENDING'`),
    check('payments_amount', sql`${table.amountMinor} > 0`),
    check(
      'payments_refund_limit',
      sql`${table.refundDecidedMinor} between 0 and ${table.amountMinor} and ${table.refundedMinor} between 0 and ${table.amountMinor}`,
    ),
  ],
)
export type PaymentRow = typeof payments.$inferSelect
