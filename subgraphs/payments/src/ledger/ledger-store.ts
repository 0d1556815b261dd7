import type { Transaction } from '@gigraph/shared/database'
import type { Batch } from '@gigraph/shared/graphql'
import { and, eq, inArray } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Account } from './account.ts'
import { ledgerAccounts } from './tables.ts'

/** What the account holds, locked until the transaction ends: nobody else moves it meanwhile. */
export const balanceForUpdate = async (tx: Transaction, account: Account, currency: string): Promise<number> => {
  const [row] = await tx
    .select()
    .from(ledgerAccounts)
    .where(and(eq(ledgerAccounts.code, account.code), eq(ledgerAccounts.currency, currency)))
    .for('update')
  return row?.balanceMinor ?? 0
}

/** What the account holds at this moment; another transaction may be moving it. */
export const heldNow = async ({ db }: Context, account: Account, currency: string): Promise<number> => {
  const [row] = await db
    .select()
    .from(ledgerAccounts)
    .where(and(eq(ledgerAccounts.code, account.code), eq(ledgerAccounts.currency, currency)))
  return row?.balanceMinor ?? 0
}

/** Balances by user: kind and currency to amount. */
export const balancesOfUsers: Batch<Context, string, ReadonlyMap<string, number>> = async ({ db }, userIds) => {
  const found = await db
    .select()
    .from(ledgerAccounts)
    .where(inArray(ledgerAccounts.ownerId, [...userIds]))
  return new Map(
    [...Map.groupBy(found, (row) => row.ownerId ?? '')].map(([userId, accounts]) => [
      userId,
      new Map(accounts.map((row) => [`${row.kind} ${row.currency}`, row.balanceMinor])),
    ]),
  )
}
