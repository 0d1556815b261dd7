import { after, type Duration, type MakeId } from '@gigraph/shared/time'
import type { earnings } from '../earnings/tables.ts'
import { netEntries } from '../ledger/post.ts'
import type { ledgerAccounts, ledgerEntries, ledgerTransactions } from '../ledger/tables.ts'
import type { payments } from '../payment/tables.ts'
import type { refunds } from '../refund/tables.ts'
import type { statementLines } from '../statement/tables.ts'
import { demoPostings, demoShares, type SeedPayment } from './demo-order.ts'

interface Settings {
  readonly now: Date
  readonly makeId: MakeId
  readonly feeBasisPoints: number
  readonly clearanceDays: number
}

/** Balances by account and currency, added up over all slices. */
export type DemoAccounts = Map<string, typeof ledgerAccounts.$inferInsert & { readonly balanceMinor: number }>

/** Every row that some of the demo's payments need; adds to the balances. */
export const demoRows = (rows: readonly SeedPayment[], accounts: DemoAccounts, settings: Settings) => {
  const tables = {
    payments: rows.map(paymentRow),
    orderAccounts: rows.map(orderAccountRow),
    refunds: rows.flatMap((row) => refundRow(row, settings)),
    earnings: rows.flatMap((row) => earningRow(row, settings)),
    transactions: [] as (typeof ledgerTransactions.$inferInsert)[],
    entries: [] as (typeof ledgerEntries.$inferInsert)[],
    lines: [] as (typeof statementLines.$inferInsert)[],
    accounts,
  }
  for (const row of rows) postDemoOrder(tables, row, settings)
  return tables
}

type Tables = ReturnType<typeof demoRows>

const postDemoOrder = (tables: Tables, row: SeedPayment, settings: Settings): void => {
  const { orderId, paymentId } = row
  const clearedAt = clearance(row, settings)
  const terms = { feeBasisPoints: settings.feeBasisPoints, clearedAt, isCleared: clearedAt <= settings.now }
  for (const { kind, cause, at, entries, lines } of demoPostings(row, terms)) {
    const transactionId = settings.makeId()
    tables.transactions.push({ id: transactionId, kind, cause, orderId, paymentId, occurredAt: at })
    for (const { account, amount } of netEntries(entries)) {
      tables.entries.push({ id: settings.makeId(), transactionId, account: account.code, ...amount })
      const key = `${account.code} ${amount.currency}`
      const { code, kind: accountKind, ownerId, unbounded } = account
      const known = tables.accounts.get(key) ?? {
        ...{ code, kind: accountKind, ownerId, unbounded, currency: amount.currency },
        balanceMinor: 0,
      }
      tables.accounts.set(key, { ...known, balanceMinor: known.balanceMinor + amount.amountMinor })
    }
    for (const { amount, ...line } of lines)
      tables.lines.push({ id: settings.makeId(), ...line, ...amount, orderId, paymentId, occurredAt: at })
  }
}

const clearance = ({ outcome, paidAt }: SeedPayment, { clearanceDays }: Settings): Date =>
  after(outcome?.at ?? paidAt, `${clearanceDays}d` as Duration)

const paymentRow = (row: SeedPayment): typeof payments.$inferInsert => {
  const returnedMinor = row.outcome?.kind === 'CANCELLED' ? row.amount.amountMinor : 0
  return {
    id: row.paymentId,
    purpose: 'ORDER',
    subjectId: row.orderId,
    orderId: row.orderId,
    milestoneId: row.milestoneId ?? null,
    buyerId: row.buyerId,
    sellerId: row.sellerId,
    gigId: row.gigId,
    title: row.title,
    ...row.amount,
    state: 'SUCCEEDED',
    intentId: row.intentId ?? null,
    checkoutExpiresAt: row.paidAt,
    refundDecidedMinor: returnedMinor,
    refundedMinor: returnedMinor,
    createdAt: row.paidAt,
    paidAt: row.paidAt,
  }
}

const orderAccountRow = ({ orderId, buyerId, sellerId, gigId, title, amount, outcome }: SeedPayment) => ({
  ...{ orderId, buyerId, sellerId, gigId, title, currency: amount.currency },
  outcome: outcome?.kind ?? null,
  toBuyerMinor: outcome?.kind === 'CANCELLED' ? amount.amountMinor : 0,
  returnedMinor: outcome?.kind === 'CANCELLED' ? amount.amountMinor : 0,
  releasedMinor: outcome?.kind === 'COMPLETED' ? amount.amountMinor : 0,
})

const refundRow = (row: SeedPayment, { makeId }: Settings): (typeof refunds.$inferInsert)[] => {
  const { outcome, paymentId, orderId, amount } = row
  if (outcome?.kind !== 'CANCELLED') return []
  const at = { createdAt: outcome.at, settledAt: outcome.at }
  return [{ id: makeId(), paymentId, orderId, ...amount, reason: 'Order cancelled', state: 'SUCCEEDED', ...at }]
}

const earningRow = (row: SeedPayment, settings: Settings): (typeof earnings.$inferInsert)[] => {
  const { outcome, sellerId, orderId, gigId, amount } = row
  if (outcome?.kind !== 'COMPLETED') return []
  const { fee, net } = demoShares(row, settings.feeBasisPoints)
  const availableAt = clearance(row, settings)
  const cleared = availableAt <= settings.now
  return [
    {
      ...{ id: settings.makeId(), sellerId, source: 'ORDER' as const, orderId, gigId, currency: amount.currency },
      ...{ grossMinor: amount.amountMinor, feeMinor: fee.amountMinor, earnedAt: outcome.at, availableAt },
      pendingMinor: cleared ? 0 : net.amountMinor,
      clearedAt: cleared ? availableAt : null,
    },
  ]
}
