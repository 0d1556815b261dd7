import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { notFound } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import { ledgerCheckForStaff } from '../ledger/ledger-check.ts'
import { paymentsById } from '../payment/payment-store.ts'
import { balanceOf } from './balance.ts'
import { statementLink } from './route.ts'
import { balanceAt, statementPeriod, totalsOf } from './statement.ts'
import { listLines } from './statement-store.ts'

export const statementResolvers: Resolvers = {
  Query: {
    ledgerCheck: (_, __, ctx) => ledgerCheckForStaff(ctx),
    transactions: (_, { userId, filter, ...page }, ctx) => {
      requireScope(requireViewer(ctx), 'payments:read')
      return listLines(ctx, { ...filter, userId: userId ?? undefined }, page)
    },
  },

  LedgerCheck: { ok: ({ invariants }) => invariants.every(({ violations }) => violations === 0) },

  Viewer: {
    // Asynchronous, so that a foreign id costs its own place in the answer and no other.
    __resolveReference: async ({ id }, ctx) => {
      if (ctx.viewer?.id !== id) throw notFound('Viewer')
      return { id }
    },
    balance: (_, { currency }, ctx) => balanceOf(ctx, requireViewer(ctx).id, currency),
    transactions: (_, { filter, ...page }, ctx) => listLines(ctx, { ...filter, userId: requireViewer(ctx).id }, page),
    statement: (_, { input: { from, to, currency = 'USD' } }, ctx) =>
      statementPeriod({ userId: requireViewer(ctx).id, from, to, currency }),
  },

  Statement: {
    opening: async (period, _, ctx) => ({
      amountMinor: await balanceAt(ctx, period, period.from),
      currency: period.currency,
    }),
    closing: async (period, _, ctx) => ({
      amountMinor: await balanceAt(ctx, period, period.to),
      currency: period.currency,
    }),
    totals: (period, _, ctx) => totalsOf(ctx, period),
    download: (period, _, ctx) => statementLink(ctx, period),
  },

  StatementTotal: {
    amount: ({ amountMinor, currency }) => ({ amountMinor, currency }),
    fees: ({ feeMinor, currency }) => ({ amountMinor: feeMinor, currency }),
  },

  Transaction: {
    user: ({ userId }) => ({ id: userId }),
    amount: ({ amountMinor, currency }) => ({ amountMinor, currency }),
    fee: ({ feeMinor, currency }) => ({ amountMinor: feeMinor, currency }),
    order: ({ orderId }) => (orderId ? { id: orderId } : null),
    payment: ({ paymentId }, _, ctx) => (paymentId ? load(ctx, paymentsById, paymentId) : null),
  },
}
