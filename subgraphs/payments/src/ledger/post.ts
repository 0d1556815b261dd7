import type { Transaction } from '@gigraph/shared/database'
import type { Money } from '@gigraph/shared/money'
import { inArray, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type Line, writeLines } from '../statement/statement-store.ts'
import type { Account } from './account.ts'
import { ledgerAccounts, ledgerEntries, ledgerTransactions } from './tables.ts'

export interface Entry {
  readonly account: Account
  readonly amount: Money
}

/** A movement of money. */
export interface Posting {
  readonly kind: string
  /** What causes it: posted once per cause, whatever happens how often. */
  readonly cause: string
  readonly orderId?: string | null
  readonly paymentId?: string | null
  /** Zero amounts are left out; the rest must sum to zero per currency. */
  readonly entries: readonly Entry[]
  /** How the people concerned read it in their lists of transactions. */
  readonly lines?: readonly Line[]
}

/** An account would go below zero; the transaction around it is rolled back. */
export class Overdraft extends Error {
  override readonly name = 'Overdraft'
  readonly account: Account

  constructor(account: Account) {
    super(`${account.code} holds too little`)
    this.account = account
  }
}

/** Entries of the same account and currency as one, zeros left out, in one order for everybody: so locks cannot cross. */
export const netEntries = (entries: readonly Entry[]): Entry[] => {
  const net = new Map<string, Entry>()
  for (const { account, amount } of entries) {
    const key = `${account.code} ${amount.currency}`
    const amountMinor = (net.get(key)?.amount.amountMinor ?? 0) + amount.amountMinor
    net.set(key, { account, amount: { amountMinor, currency: amount.currency } })
  }
  return [...net]
    .filter(([, { amount }]) => amount.amountMinor !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, entry]) => entry)
}

/** @throws {RangeError} when the entries of a currency do not sum to zero */
const assertBalanced = (entries: readonly Entry[]): void => {
  const sums = new Map<string, number>()
  for (const { amount } of entries) sums.set(amount.currency, (sums.get(amount.currency) ?? 0) + amount.amountMinor)
  for (const [currency, sum] of sums)
    if (sum !== 0 || !Number.isSafeInteger(sum))
      throw new RangeError(`entries in ${currency} sum to ${sum}, not to zero`)
}

/**
 * Moves money, once per cause. Locks the accounts, refuses overdrafts, keeps the cached balances.
 *
 * @returns whether it was posted now; false when this cause was posted before
 * @throws {Overdraft} when a bounded account holds too little
 */
export const post = async (ctx: Context, tx: Transaction, posting: Posting): Promise<boolean> => {
  const entries = netEntries(posting.entries)
  assertBalanced(entries)
  if (entries.length === 0) return false
  const transactionId = ctx.makeId()
  const inserted = await tx
    .insert(ledgerTransactions)
    .values({
      id: transactionId,
      kind: posting.kind,
      cause: posting.cause,
      orderId: posting.orderId ?? null,
      paymentId: posting.paymentId ?? null,
      occurredAt: ctx.clock.now(),
    })
    .onConflictDoNothing()
    .returning()
  if (inserted.length === 0) return false

  await moveBalances(tx, entries)
  await tx.insert(ledgerEntries).values(
    entries.map(({ account, amount }) => ({
      id: ctx.makeId(),
      transactionId,
      account: account.code,
      currency: amount.currency,
      amountMinor: amount.amountMinor,
    })),
  )
  await writeLines(ctx, tx, posting.lines ?? [], posting)
  return true
}

const moveBalances = async (tx: Transaction, entries: readonly Entry[]): Promise<void> => {
  await tx
    .insert(ledgerAccounts)
    .values(
      entries.map(({ account, amount: { currency } }) => ({
        code: account.code,
        kind: account.kind,
        ownerId: account.ownerId,
        unbounded: account.unbounded,
        currency,
      })),
    )
    .onConflictDoNothing()
  const locked = await lockAccounts(
    tx,
    entries.map(({ account }) => account.code),
  )
  for (const { account, amount } of entries) {
    const held = locked.get(`${account.code} ${amount.currency}`) ?? 0
    if (!account.unbounded && held + amount.amountMinor < 0) throw new Overdraft(account)
  }
  const moved = entries.map(
    ({ account, amount }) => sql`(${account.code}, ${amount.currency}, ${amount.amountMinor}::bigint)`,
  )
  await tx.execute(sql`
    update ledger_accounts set balance_minor = balance_minor + moved.amount_minor
    from (values ${sql.join(moved, sql`, `)}) as moved (code, currency, amount_minor)
    where ledger_accounts.code = moved.code and ledger_accounts.currency = moved.currency`)
}

const lockAccounts = async (tx: Transaction, codes: readonly string[]): Promise<Map<string, number>> => {
  const found = await tx
    .select()
    .from(ledgerAccounts)
    .where(inArray(ledgerAccounts.code, [...codes]))
    .orderBy(ledgerAccounts.code, ledgerAccounts.currency)
    .for('update')
  return new Map(found.map((row) => [`${row.code} ${row.currency}`, row.balanceMinor]))
}
