import { bind } from '@gigraph/shared/service'
import { and, eq, ne, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { openBalances } from '../internal.ts'
import { POINTS } from './account.ts'
import { ledgerAccounts } from './tables.ts'

/** Answers what the accounts of a person hold or owe, by currency; what stands at zero is absent. */
export const answerOpenBalances = bind<Context>().implementProcedure(openBalances, async ({ db }, { userId }) => {
  const found = await db
    .select({
      currency: ledgerAccounts.currency,
      // Each account by itself: what is owed one way does not settle what is owed the other way.
      amountMinor: sql<string>`sum(abs(${ledgerAccounts.balanceMinor}))`,
    })
    .from(ledgerAccounts)
    .where(and(eq(ledgerAccounts.ownerId, userId), ne(ledgerAccounts.balanceMinor, 0)))
    .groupBy(ledgerAccounts.currency)
  const balances = found.map(({ currency, amountMinor }) => ({ currency, amountMinor: Number(amountMinor) }))
  return {
    money: balances.filter(({ currency }) => currency !== POINTS),
    points: balances.find(({ currency }) => currency === POINTS)?.amountMinor ?? 0,
  }
})
