import { sql } from 'drizzle-orm'
import { index, integer, jsonb, pgTable, primaryKey, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'

export { inbox, outbox } from '@gigraph/shared/events'

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

/** One per finished order: who may review whom, and until when. */
export const windows = pgTable(
  'review_windows',
  {
    orderId: uuid('order_id').primaryKey(),
    title: text('title').notNull(),
    buyerId: uuid('buyer_id').notNull(),
    sellerId: uuid('seller_id').notNull(),
    gigId: uuid('gig_id'),
    /** `BUYER`: only the buyer may review, as after a dispute. */
    open: text('open', { enum: ['BOTH', 'BUYER'] }).notNull(),
    opensAt: instant('opens_at').notNull(),
    closesAt: instant('closes_at').notNull(),
    /** When what was written became visible: both in, or the time over. */
    closedAt: instant('closed_at'),
    /** How many of the reminders are past. */
    remindersPast: integer('reminders_past').notNull().default(0),
  },
  (table) => [
    index('review_windows_due').on(table.closesAt).where(sql`${table.closedAt} is null`),
    index('review_windows_buyer').on(table.buyerId),
    index('review_windows_seller').on(table.sellerId),
  ],
)

export const reviews = pgTable(
  'reviews',
  {
    id: uuid('id').primaryKey(),
    orderId: uuid('order_id')
      .notNull()
      .references(() => windows.orderId),
    /** The author's side of the order. */
    side: text('side', { enum: ['BUYER', 'SELLER'] }).notNull(),
    /** Null: the author's account was deleted. */
    reviewerId: uuid('reviewer_id'),
    revieweeId: uuid('reviewee_id').notNull(),
    /** Only of a buyer's review, when the order was of a gig. */
    gigId: uuid('gig_id'),
    rating: integer('rating').notNull(),
    aspects: jsonb('aspects').$type<Partial<Record<string, number>>>().notNull(),
    comment: text('comment').notNull(),
    /** For the platform's staff only. */
    privateNote: text('private_note'),
    submittedAt: instant('submitted_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    publishedAt: instant('published_at'),
    reply: text('reply'),
    repliedAt: instant('replied_at'),
    replyHiddenAt: instant('reply_hidden_at'),
    replyHiddenReason: text('reply_hidden_reason'),
    hiddenAt: instant('hidden_at'),
    hiddenBy: uuid('hidden_by'),
    hiddenReason: text('hidden_reason'),
  },
  (table) => [
    unique('reviews_one_per_side').on(table.orderId, table.side),
    index('reviews_of_gig').on(table.gigId, table.publishedAt, table.id),
    index('reviews_of_user').on(table.revieweeId, table.publishedAt, table.id),
    index('reviews_by_user').on(table.reviewerId, table.publishedAt, table.id),
  ],
)

export const reports = pgTable(
  'review_reports',
  {
    id: uuid('id').primaryKey(),
    reviewId: uuid('review_id')
      .notNull()
      .references(() => reviews.id),
    reporterId: uuid('reporter_id').notNull(),
    reason: text('reason').notNull(),
    createdAt: instant('created_at').notNull(),
    state: text('state', { enum: ['OPEN', 'UPHELD', 'DISMISSED'] })
      .notNull()
      .default('OPEN'),
    decidedAt: instant('decided_at'),
    decidedBy: uuid('decided_by'),
  },
  (table) => [
    unique('review_reports_once').on(table.reviewId, table.reporterId),
    index('review_reports_by_state').on(table.state, table.createdAt, table.id),
  ],
)

/** Counts over what is visible, changed in the transaction that makes a review visible or hides it. */
export const summaries = pgTable(
  'rating_summaries',
  {
    kind: text('kind', { enum: ['GIG', 'SELLER', 'BUYER', 'TOOL'] }).notNull(),
    subjectId: uuid('subject_id').notNull(),
    /** How many reviews gave 1, 2, 3, 4, 5 stars. */
    stars: integer('stars').array().notNull(),
    aspects: jsonb('aspects').$type<Record<string, { count: number; sum: number }>>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.subjectId] })],
)

/** Who has used which tool, and may therefore give feedback. */
export const toolUsers = pgTable(
  'tool_users',
  {
    toolId: uuid('tool_id').notNull(),
    userId: uuid('user_id').notNull(),
    firstUsedAt: instant('first_used_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.toolId, table.userId] })],
)

export const toolFeedback = pgTable(
  'tool_feedback',
  {
    id: uuid('id').primaryKey(),
    toolId: uuid('tool_id').notNull(),
    /** Null: the author's account was deleted. */
    userId: uuid('user_id'),
    rating: integer('rating').notNull(),
    comment: text('comment').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    hiddenAt: instant('hidden_at'),
    hiddenReason: text('hidden_reason'),
  },
  (table) => [
    unique('tool_feedback_once').on(table.toolId, table.userId),
    index('tool_feedback_newest').on(table.toolId, table.createdAt, table.id),
  ],
)

/** Whose accounts are gone: what is told of them afterwards leaves nothing behind. */
export const erasedUsers = pgTable('erased_users', {
  userId: uuid('user_id').primaryKey(),
  erasedAt: instant('erased_at').notNull(),
})
