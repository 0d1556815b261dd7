import { sql } from 'drizzle-orm'
import { bigint, boolean, check, index, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** Where money stands: one row per account and currency. `balance_minor` is a cache of the entries' sum. */
export const ledgerAccounts = pgTable(
  'ledger_accounts',
  {
    code: text('code').notNull(),
    currency: text('currency').notNull(),
    kind: text('kind').notNull(),
    /** The user whose account it is; null for the platform's and the orders'. */
    ownerId: uuid('owner_id'),
    balanceMinor: bigint('balance_minor', { mode: 'number' }).notNull().default(0),
    /** May it go below zero? Only what the platform has or spends outside may. */
    unbounded: boolean('unbounded').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.code, table.currency] }),
    index('ledger_accounts_owner').on(table.ownerId),
    check('ledger_accounts_no_overdraft', sql`${table.unbounded} or ${table.balanceMinor} >= 0`),
  ],
)

/** A movement of money; its entries sum to zero per currency. Append only. */
export const ledgerTransactions = pgTable(
  'ledger_transactions',
  {
    id: uuid('id').primaryKey(),
    kind: text('kind').notNull(),
    /** What caused it; the same cause moves money once. */
    cause: text('cause').notNull().unique('ledger_transactions_cause'),
    orderId: uuid('order_id'),
    paymentId: uuid('payment_id'),
    occurredAt: timestamp('occurred_at', { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [index('ledger_transactions_order').on(table.orderId)],
)

/** One side of a movement: positive is what the account is owed or holds. Append only. */
export const ledgerEntries = pgTable(
  'ledger_entries',
  {
    id: uuid('id').primaryKey(),
    transactionId: uuid('transaction_id')
      .notNull()
      .references(() => ledgerTransactions.id),
    account: text('account').notNull(),
    currency: text('currency').notNull(),
    amountMinor: bigint('amount_minor', { mode: 'number' }).notNull(),
  },
  (table) => [
    index('ledger_entries_transaction').on(table.transactionId),
    index('ledger_entries_account').on(table.account, table.currency),
    check('ledger_entries_not_zero', sql`${table.amountMinor} <> 0`),
  ],
)
