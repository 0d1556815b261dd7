import { sql } from 'drizzle-orm'
import { bigint, boolean, check, index, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

/** Where a seller wants their money: the mirror of their Stripe Connect account. The row comes before the account. */
export const payoutAccounts = pgTable(
  'payout_accounts',
  {
    userId: uuid('user_id').primaryKey(),
    stripeAccountId: text('stripe_account_id').unique(),
    detailsSubmitted: boolean('details_submitted').notNull().default(false),
    payoutsEnabled: boolean('payouts_enabled').notNull().default(false),
    disabledReason: text('disabled_reason'),
    schedule: text('schedule', { enum: ['MANUAL', 'WEEKLY', 'MONTHLY'] })
      .notNull()
      .default('MANUAL'),
    nextPayoutAt: instant('next_payout_at'),
    /** The user is suspended: nothing is paid out. */
    heldAt: instant('held_at'),
    /** Of the latest suspension or reinstatement that was heard of: news may come in any order. */
    standingAt: instant('standing_at'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [index('payout_accounts_due').on(table.nextPayoutAt).where(sql`${table.nextPayoutAt} is not null`)],
)
export type PayoutAccountRow = typeof payoutAccounts.$inferSelect

const payoutStates = ['REQUESTED', 'HELD', 'SENT', 'PAID', 'FAILED'] as const

/** A seller's available money on its way to their bank. */
export const payouts = pgTable(
  'payouts',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => payoutAccounts.userId),
    amountMinor: bigint('amount_minor', { mode: 'number' }).notNull(),
    currency: text('currency').notNull(),
    state: text('state', { enum: payoutStates }).notNull(),
    /** Part of Stripe's idempotency key: another try after a definite refusal needs another key. */
    attempt: integer('attempt').notNull().default(1),
    transferId: text('transfer_id'),
    stripePayoutId: text('stripe_payout_id').unique(),
    holdReason: text('hold_reason'),
    failureReason: text('failure_reason'),
    requestedAt: instant('requested_at').notNull(),
    settledAt: instant('settled_at'),
  },
  (table) => [
    index('payouts_user').on(table.userId, table.requestedAt, table.id),
    index('payouts_waiting').on(table.requestedAt).where(sql`${table.state} in ('REQUESTED', 'SENT')`),
    check('payouts_amount', sql`${table.amountMinor} > 0`),
  ],
)
export type PayoutRow = typeof payouts.$inferSelect
