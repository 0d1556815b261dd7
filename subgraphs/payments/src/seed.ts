import { inChunks, type Transaction, transaction } from '@gigraph/shared/database'
import { getTableColumns, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Context } from './context.ts'
import type { SeedPayment } from './seed/demo-order.ts'
import { type DemoAccounts, demoRows } from './seed/demo-rows.ts'
import {
  earnings,
  ledgerAccounts,
  ledgerEntries,
  ledgerTransactions,
  orderAccounts,
  payments,
  refunds,
  statementLines,
} from './tables.ts'

export type { SeedPayment } from './seed/demo-order.ts'

const CHUNK = 2_000
/** Orders whose books are judged together: judging all at COMMIT would take longer than a statement may. */
const SLICE = 1_000
const CONCURRENT_INTENTS = 8

/** Writes rows as one JSON parameter a chunk: several times faster than one parameter per value. */
const insertAll = async <Table extends PgTable>(tx: Transaction, table: Table, rows: Table['$inferInsert'][]) => {
  const columns = Object.entries(getTableColumns(table))
  const asRecord = (row: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(columns.map(([key, column]) => [column.name, row[key] ?? column.default ?? null]))
  for (const chunk of inChunks(rows, CHUNK)) {
    const records = JSON.stringify(chunk.map(asRecord))
    await tx.execute(sql`insert into ${table} select * from json_populate_recordset(null::${table}, ${records})`)
  }
}

/**
 * Writes the demo's payments with everything that follows from them: escrow, earnings, balances, refunds, people's lists of
 * transactions. The ledger balances. Publishes nothing. For an empty database.
 */
export const seedPayments = (ctx: Context, rows: readonly SeedPayment[]): Promise<void> => {
  const settings = {
    now: ctx.clock.now(),
    makeId: ctx.makeId,
    feeBasisPoints: ctx.config.PLATFORM_FEE_BASIS_POINTS,
    clearanceDays: ctx.config.CLEARANCE_DAYS,
  }
  return transaction(
    ctx.db,
    async (tx) => {
      const accounts: DemoAccounts = new Map()
      for (const slice of inChunks(rows, SLICE)) await writeSlice(tx, demoRows(slice, accounts, settings))
      await insertAll(tx, ledgerAccounts, [...accounts.values()])
    },
    { timeoutMs: 300_000 },
  )
}

const writeSlice = async (tx: Transaction, tables: ReturnType<typeof demoRows>): Promise<void> => {
  await insertAll(tx, payments, tables.payments)
  await insertAll(tx, orderAccounts, tables.orderAccounts)
  await insertAll(tx, refunds, tables.refunds)
  await insertAll(tx, earnings, tables.earnings)
  await insertAll(tx, ledgerTransactions, tables.transactions)
  await insertAll(tx, ledgerEntries, tables.entries)
  await insertAll(tx, statementLines, tables.lines)
  await tx.execute(sql`set constraints all immediate`)
  await tx.execute(sql`set constraints all deferred`)
}

/**
 * Pays demo orders at Stripe with a test card, so that what still runs can be refunded like any other. Only where the key is
 * a test key.
 *
 * @returns the same rows with their intents
 */
export const payDemoOrders = async (ctx: Context, rows: readonly SeedPayment[]): Promise<SeedPayment[]> => {
  if (!ctx.config.STRIPE_SECRET_KEY.startsWith('sk_test_')) throw new Error('demo orders are paid with test keys only')
  const paid: SeedPayment[] = []
  for (const together of inChunks(rows, CONCURRENT_INTENTS))
    paid.push(...(await Promise.all(together.map((row) => payDemoOrder(ctx, row)))))
  return paid
}

/** The most that Stripe takes in one payment, in cents. */
const MOST_MINOR = 99_999_999

/**
 * Puts the money of ended demo orders into the platform's balance at Stripe, so that their sellers can have it paid out. Once
 * per `purpose`, and only where the key is a test key.
 */
export const fundDemoPayouts = async (ctx: Context, purpose: string, rows: readonly SeedPayment[]): Promise<void> => {
  if (!ctx.config.STRIPE_SECRET_KEY.startsWith('sk_test_')) throw new Error('demo money comes from test keys only')
  let left = rows.reduce((sum, { amount }) => sum + (amount.currency === 'USD' ? amount.amountMinor : 0), 0)
  for (let part = 1; left > 0; part += 1) {
    const amount = Math.max(100, Math.min(left, MOST_MINOR))
    await ctx.stripe.paymentIntents.create(
      {
        ...{ amount, currency: 'usd', payment_method: 'pm_card_bypassPending', confirm: true },
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      },
      { idempotencyKey: `demo-funds-${purpose}-${part}` },
    )
    left -= amount
  }
}

const payDemoOrder = async (ctx: Context, row: SeedPayment): Promise<SeedPayment> => {
  const intent = await ctx.stripe.paymentIntents.create(
    {
      amount: row.amount.amountMinor,
      currency: row.amount.currency.toLowerCase(),
      payment_method: 'pm_card_visa',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      confirm: true,
      metadata: { paymentId: row.paymentId, orderId: row.orderId },
      transfer_group: row.orderId,
    },
    { idempotencyKey: `demo-${row.paymentId}` },
  )
  return { ...row, intentId: intent.id }
}
