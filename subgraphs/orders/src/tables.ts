import type { Terms } from '@gigraph/marketplace/internal'
import { sql } from 'drizzle-orm'
import { bigint, index, integer, jsonb, pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { faults } from './events.ts'
import { actors, deadlines, entries, states } from './order/order.ts'

export { inbox, outbox } from '@gigraph/shared/events'
export { idempotencyKeys } from '@gigraph/shared/idempotency'

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })
const minor = (name: string) => bigint(name, { mode: 'number' })
/** Ids of private files that profiles keeps. */
const files = (name: string) => uuid(name).array().notNull().default([])

export const orders = pgTable(
  'orders',
  {
    id: uuid('id').primaryKey(),
    state: text('state', { enum: states }).notNull(),
    buyerId: uuid('buyer_id').notNull(),
    sellerId: uuid('seller_id').notNull(),
    gigId: uuid('gig_id'),
    proposalId: uuid('proposal_id'),
    offerId: uuid('offer_id'),
    title: text('title').notNull(),
    totalMinor: minor('total_minor').notNull(),
    currency: text('currency').notNull(),
    paidMinor: minor('paid_minor').notNull().default(0),
    refundedMinor: minor('refunded_minor').notNull().default(0),
    /** What was bought, as it was when it was bought. */
    terms: jsonb('terms').$type<Terms>().notNull(),
    /** Answers to the seller's questions by the question's id; null until they are given or waived. */
    answers: jsonb('answers').$type<Record<string, string>>(),
    /** Ids of the files that answer, by the question's id. */
    answerUploads: jsonb('answer_uploads').$type<Record<string, string[]>>(),
    revisionsUsed: integer('revisions_used').notNull().default(0),
    createdAt: instant('created_at').notNull(),
    startedAt: instant('started_at'),
    /** When the seller is to deliver. */
    dueAt: instant('due_at'),
    /** Since when it is or was late. */
    lateAt: instant('late_at'),
    deliveredAt: instant('delivered_at'),
    /** When it completed, was cancelled or expired. */
    endedAt: instant('ended_at'),
    fault: text('fault', { enum: faults }),
    sellerSuspendedAt: instant('seller_suspended_at'),
    /** When the order's own state has a consequence, and which. */
    deadlineAt: instant('deadline_at'),
    deadline: text('deadline', { enum: deadlines }),
    /** The earliest of all deadlines: the order's, its requests', its milestones'. */
    nextDueAt: instant('next_due_at'),
  },
  (table) => [
    index('orders_of_buyer').on(table.buyerId, table.createdAt, table.id),
    index('orders_of_seller').on(table.sellerId, table.createdAt, table.id),
    index('orders_newest').on(table.createdAt, table.id),
    index('orders_of_gig').on(table.gigId, table.state),
    // What staff looks for: a handful among all that have ever been.
    index('orders_disputed').on(table.createdAt, table.id).where(sql`${table.state} = 'DISPUTED'`),
    index('orders_due').on(table.nextDueAt).where(sql`${table.nextDueAt} is not null`),
    uniqueIndex('orders_one_per_proposal')
      .on(table.proposalId)
      .where(sql`${table.state} not in ('CANCELLED', 'EXPIRED')`),
    uniqueIndex('orders_one_per_offer').on(table.offerId).where(sql`${table.state} not in ('CANCELLED', 'EXPIRED')`),
  ],
)

const ofOrder = () =>
  uuid('order_id')
    .notNull()
    .references(() => orders.id)

/** What happened to an order, in order; never changed. */
export const timeline = pgTable(
  'timeline',
  {
    id: uuid('id').primaryKey(),
    orderId: ofOrder(),
    happenedAt: instant('happened_at').notNull(),
    event: text('event', { enum: entries }).notNull(),
    actor: text('actor', { enum: actors }).notNull(),
    actorId: uuid('actor_id'),
    fromState: text('from_state', { enum: states }),
    toState: text('to_state', { enum: states }).notNull(),
    note: text('note'),
  },
  (table) => [index('timeline_of_order').on(table.orderId, table.id)],
)

export const deliveries = pgTable(
  'deliveries',
  {
    id: uuid('id').primaryKey(),
    orderId: ofOrder(),
    milestoneId: uuid('milestone_id'),
    message: text('message').notNull(),
    uploadIds: files('upload_ids'),
    deliveredAt: instant('delivered_at').notNull(),
  },
  (table) => [index('deliveries_of_order').on(table.orderId, table.id)],
)

/** One party asks the other to cancel or to give more time. */
export const changeRequests = pgTable(
  'change_requests',
  {
    id: uuid('id').primaryKey(),
    orderId: ofOrder(),
    kind: text('kind', { enum: ['CANCELLATION', 'EXTENSION'] }).notNull(),
    requestedBy: text('requested_by', { enum: ['BUYER', 'SELLER'] }).notNull(),
    reason: text('reason').notNull(),
    fault: text('fault', { enum: faults }),
    days: integer('days'),
    state: text('state', { enum: ['OPEN', 'ACCEPTED', 'DECLINED', 'WITHDRAWN', 'LAPSED'] }).notNull(),
    createdAt: instant('created_at').notNull(),
    answerBy: instant('answer_by').notNull(),
    answeredAt: instant('answered_at'),
  },
  (table) => [
    index('change_requests_of_order').on(table.orderId, table.id),
    uniqueIndex('change_requests_one_open').on(table.orderId, table.kind).where(sql`${table.state} = 'OPEN'`),
  ],
)

export const disputes = pgTable('disputes', {
  id: uuid('id').primaryKey(),
  orderId: ofOrder().unique(),
  openedBy: text('opened_by', { enum: ['BUYER', 'SELLER'] }).notNull(),
  reason: text('reason').notNull(),
  evidenceIds: files('evidence_ids'),
  openedAt: instant('opened_at').notNull(),
  answerBy: instant('answer_by').notNull(),
  answer: text('answer'),
  answerEvidenceIds: files('answer_evidence_ids'),
  answeredAt: instant('answered_at'),
  /** The split on the table: who proposed it and what the seller would get. */
  proposedBy: text('proposed_by', { enum: ['BUYER', 'SELLER'] }),
  proposedToSellerMinor: minor('proposed_to_seller_minor'),
  proposalNote: text('proposal_note'),
  endedBy: text('ended_by', { enum: ['SETTLEMENT', 'STAFF'] }),
  endedAt: instant('ended_at'),
  toSellerMinor: minor('to_seller_minor'),
  toBuyerMinor: minor('to_buyer_minor'),
  decision: text('decision'),
})

/** Who is suspended, by the latest that was heard of it: the news may come in any order. */
export const standings = pgTable('standings', {
  userId: uuid('user_id').primaryKey(),
  suspendedAt: instant('suspended_at'),
  asOf: instant('as_of').notNull(),
})

export const milestones = pgTable(
  'milestones',
  {
    id: uuid('id').primaryKey(),
    orderId: ofOrder(),
    position: integer('position').notNull(),
    title: text('title').notNull(),
    amountMinor: minor('amount_minor').notNull(),
    refundedMinor: minor('refunded_minor').notNull().default(0),
    currency: text('currency').notNull(),
    deliveryDays: integer('delivery_days').notNull(),
    state: text('state', { enum: ['NOT_FUNDED', 'FUNDED', 'DELIVERED', 'RELEASED', 'REFUNDED'] }).notNull(),
    dueAt: instant('due_at'),
    deliveredAt: instant('delivered_at'),
    /** A delivered milestone accepts itself then. */
    acceptBy: instant('accept_by'),
    endedAt: instant('ended_at'),
  },
  (table) => [uniqueIndex('milestones_of_order').on(table.orderId, table.position)],
)
