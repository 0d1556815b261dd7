import type { Resolvers } from '../__generated__/schema.ts'
import { invoiceOfPayment, issueInvoice } from './issue-invoice.ts'
import { invoiceNumber } from './read-invoice.ts'
import { invoiceLink } from './route.ts'

export const invoiceResolvers: Resolvers = {
  Query: { invoice: (_, { paymentId }, ctx) => issueInvoice(ctx, paymentId) },

  Payment: { invoice: (payment, _, ctx) => invoiceOfPayment(ctx, payment) },

  Invoice: {
    number: ({ number }) => invoiceNumber(number),
    download: ({ paymentId }, _, ctx) => invoiceLink(ctx, paymentId),
  },
}
