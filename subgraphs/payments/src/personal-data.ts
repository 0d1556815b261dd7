import { rowsOf } from '@gigraph/shared/personal-data'
import { eq, inArray, sql } from 'drizzle-orm'
import {
  billingDetails,
  earnings,
  invoices,
  ledgerAccounts,
  payments,
  payoutAccounts,
  payouts,
  refundRequests,
  refunds,
  statementLines,
  toolUsages,
} from './tables.ts'

/** What payments knows of a person, for the export of their data. Addresses of open checkouts are keys and stay here. */
export const personalData = [
  rowsOf({ name: 'statement', table: statementLines, of: (userId) => eq(statementLines.userId, userId) }),
  rowsOf({
    name: 'billingDetails',
    table: billingDetails,
    of: (userId) => eq(billingDetails.userId, userId),
    key: billingDetails.userId,
  }),
  rowsOf({
    name: 'balances',
    table: ledgerAccounts,
    of: (userId) => eq(ledgerAccounts.ownerId, userId),
    key: sql`${ledgerAccounts.code} || ' ' || ${ledgerAccounts.currency}`,
  }),
  rowsOf({
    name: 'payments',
    table: payments,
    of: (userId) => eq(payments.buyerId, userId),
    omit: ['checkoutUrl', 'sessionId'],
  }),
  rowsOf({
    name: 'invoices',
    table: invoices,
    of: (userId, db) =>
      inArray(invoices.paymentId, db.select({ id: payments.id }).from(payments).where(eq(payments.buyerId, userId))),
    key: invoices.paymentId,
  }),
  rowsOf({
    name: 'refunds',
    table: refunds,
    of: (userId, db) =>
      inArray(refunds.paymentId, db.select({ id: payments.id }).from(payments).where(eq(payments.buyerId, userId))),
    omit: ['decidedBy', 'settlementNote'],
  }),
  rowsOf({
    name: 'refundRequests',
    table: refundRequests,
    of: (userId) => eq(refundRequests.buyerId, userId),
    omit: ['answer'],
  }),
  rowsOf({
    name: 'answeredRefundRequests',
    table: refundRequests,
    of: (userId) => eq(refundRequests.sellerId, userId),
    omit: ['reason'],
  }),
  rowsOf({ name: 'earnings', table: earnings, of: (userId) => eq(earnings.sellerId, userId) }),
  rowsOf({
    name: 'payoutAccount',
    table: payoutAccounts,
    of: (userId) => eq(payoutAccounts.userId, userId),
    key: payoutAccounts.userId,
  }),
  rowsOf({ name: 'payouts', table: payouts, of: (userId) => eq(payouts.userId, userId) }),
  rowsOf({ name: 'toolUses', table: toolUsages, of: (userId) => eq(toolUsages.userId, userId), omit: ['endpoint'] }),
]
