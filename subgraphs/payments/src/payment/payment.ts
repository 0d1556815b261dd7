import type { Money } from '@gigraph/shared/money'
import type { PaymentRow } from './tables.ts'

export type PaymentStatus = 'PENDING' | 'SUCCEEDED' | 'PARTIALLY_REFUNDED' | 'REFUNDED' | 'EXPIRED'

/** The state as people know it: refunds are part of it. */
export const statusOf = ({ state, refundedMinor, amountMinor }: PaymentRow): PaymentStatus => {
  if (state !== 'SUCCEEDED' || refundedMinor === 0) return state
  return refundedMinor >= amountMinor ? 'REFUNDED' : 'PARTIALLY_REFUNDED'
}

export const amountOf = ({ amountMinor, currency }: PaymentRow): Money => ({ amountMinor, currency })

/** What can still be refunded, in minor units; nothing while a bank disputes it, or after it won. */
export const refundableMinor = ({ state, amountMinor, refundDecidedMinor, disputeState }: PaymentRow): number =>
  state === 'SUCCEEDED' && (disputeState === null || disputeState === 'WON') ? amountMinor - refundDecidedMinor : 0

/** A payment of an order: what its events tell. */
export const paymentFacts = (payment: PaymentRow) => {
  const { id, orderId, milestoneId, buyerId, sellerId, gigId } = payment
  if (!orderId || !sellerId) throw new Error(`payment ${id} is not of an order`)
  return { paymentId: id, orderId, milestoneId, buyerId, sellerId, gigId, amount: amountOf(payment) }
}
