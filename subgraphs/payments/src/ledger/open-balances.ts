import { bind } from '@gigraph/shared/service'
import { and, eq, inArray, ne, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { openBalances } from '../internal.ts'
import { payments } from '../payment/tables.ts'
import { refunds } from '../refund/tables.ts'
import { POINTS } from './account.ts'
import { ledgerAccounts } from './tables.ts'

/** Answers what the accounts of a person hold or owe, and what is to be refunded to them, by currency; zeros are absent. */
export const answerOpenBalances = bind<Context>().implementProcedure(openBalances, async ({ db }, { userId }) => {
  const refunded = await db
    .select({ currency: refunds.currency, amountMinor: sql<string>`sum(${refunds.amountMinor})` })
    .from(refunds)
    .innerJoin(payments, eq(payments.id, refunds.paymentId))
    .where(and(eq(payments.buyerId, userId), inArray(refunds.state, ['PENDING', 'FAILED'])))
    .groupBy(refunds.currency)
  const held = await db
    .select({
      currency: ledgerAccounts.currency,
      // Each account by itself: what is owed one way does not settle what is owed the other way.
      amountMinor: sql<string>`sum(abs(${ledgerAccounts.balanceMinor}))`,
    })
    .from(ledgerAccounts)
    .where(and(eq(ledgerAccounts.ownerId, userId), ne(ledgerAccounts.balanceMinor, 0)))
    .groupBy(ledgerAccounts.currency)
  const balances = [...Map.groupBy([...held, ...refunded], ({ currency }) => currency)].map(([currency, parts]) => ({
    currency,
    amountMinor: parts.reduce((sum, { amountMinor }) => sum + Number(amountMinor), 0),
  }))
  return {
    money: balances.filter(({ currency }) => currency !== POINTS),
    points: balances.find(({ currency }) => currency === POINTS)?.amountMinor ?? 0,
  }
})
