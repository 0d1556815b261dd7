import { hasScope, requireScope, requireViewer } from '@gigraph/shared/auth'
import { notFound, payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import { disputesByPayment, listDisputes } from '../dispute/dispute-store.ts'
import { authorize, isStaff, maySeePayment, maySeeRefundRequest } from '../policy.ts'
import { refundPayment } from '../refund/refund-payment.ts'
import { listRefunds, refundsByPayment } from '../refund/refund-store.ts'
import { declineRefundRequest, requestRefund } from '../refund/request-refund.ts'
import { requestsByOrder } from '../refund/request-store.ts'
import { retryRefund, settleRefund } from '../refund/settle-refund.ts'
import { checkoutPayload } from './checkout-payload.ts'
import { createCheckout } from './create-checkout.ts'
import { amountOf, statusOf } from './payment.ts'
import { paymentsById, paymentsByOrder } from './payment-store.ts'
import type { PaymentRow } from './tables.ts'

const seenPayment = async (ctx: Context, id: string): Promise<PaymentRow> => {
  const payment = await load(ctx, paymentsById, id)
  if (!payment) throw notFound('Payment')
  authorize(ctx.viewer, 'payment:see', payment)
  return payment
}

const seenOfOrder = async (ctx: Context, orderId: string): Promise<PaymentRow[]> => {
  const payments = (await load(ctx, paymentsByOrder, orderId)) ?? []
  return payments.filter((payment) => maySeePayment(ctx.viewer, payment))
}

const refundsOf = async (ctx: Context, { id }: PaymentRow) => (await load(ctx, refundsByPayment, id)) ?? []

export const paymentResolvers: Resolvers = {
  Query: {
    payment: (_, { id }, ctx) => seenPayment(ctx, id),
    refunds: (_, { states, ...page }, ctx) => {
      requireScope(requireViewer(ctx), 'payments:read')
      return listRefunds(ctx, states, page)
    },
    chargebacks: (_, { states, ...page }, ctx) => {
      requireScope(requireViewer(ctx), 'payments:read')
      return listDisputes(ctx, states, page)
    },
  },

  Mutation: {
    refundPayment: async (_, { input }, ctx) => payload('refund', await refundPayment(ctx, input)),
    retryRefund: async (_, { input }, ctx) => payload('refund', await retryRefund(ctx, input)),
    settleRefund: async (_, { input }, ctx) => payload('refund', await settleRefund(ctx, input)),
    requestRefund: async (_, { input }, ctx) => payload('refundRequest', await requestRefund(ctx, input)),
    declineRefundRequest: async (_, { input }, ctx) => payload('refundRequest', await declineRefundRequest(ctx, input)),
    createCheckout: async (_, { input }, ctx) => checkoutPayload(await createCheckout(ctx, input)),
  },

  Payment: {
    __resolveReference: ({ id }, ctx) => seenPayment(ctx, id),
    order: ({ orderId }) => (orderId ? { id: orderId } : null),
    buyer: ({ buyerId }) => ({ id: buyerId }),
    seller: ({ sellerId }) => (sellerId ? { id: sellerId } : null),
    amount: amountOf,
    refunded: ({ refundedMinor, currency }) => ({ amountMinor: refundedMinor, currency }),
    status: statusOf,
    failureReason: ({ buyerId, failureReason }, _, { viewer }) =>
      viewer?.id === buyerId || hasScope(viewer, 'payments:read') ? failureReason : null,
    refunds: (payment, _, ctx) => refundsOf(ctx, payment),
    chargebacks: async ({ id }, _, ctx) => (await load(ctx, disputesByPayment, id)) ?? [],
  },

  Chargeback: {
    payment: ({ paymentId }, _, ctx) => seenPayment(ctx, paymentId),
    amount: ({ amountMinor, currency }) => ({ amountMinor, currency }),
    status: ({ state }) => state,
  },

  Refund: {
    payment: ({ paymentId }, _, ctx) => seenPayment(ctx, paymentId),
    amount: ({ amountMinor, currency }) => ({ amountMinor, currency }),
    status: ({ state }) => state,
    failureReason: ({ failureReason }, _, { viewer }) => (isStaff(viewer) ? failureReason : null),
    settlementNote: ({ settlementNote }, _, { viewer }) => (isStaff(viewer) ? settlementNote : null),
  },

  RefundRequest: {
    order: ({ orderId }) => ({ id: orderId }),
    status: ({ state }) => state,
  },

  Order: {
    __resolveReference: ({ id }) => ({ id }),
    payment: async ({ id }, _, ctx) => (await seenOfOrder(ctx, id)).at(-1) ?? null,
    payments: ({ id }, _, ctx) => seenOfOrder(ctx, id),
    refundRequests: async ({ id }, _, ctx) => {
      const requests = (await load(ctx, requestsByOrder, id)) ?? []
      return requests.filter((request) => maySeeRefundRequest(ctx.viewer, request))
    },
    refunds: async ({ id }, _, ctx) => {
      const payments = await seenOfOrder(ctx, id)
      return (await Promise.all(payments.map((payment) => refundsOf(ctx, payment)))).flat()
    },
  },
}
