import type { Money } from '@gigraph/shared/money'
import type { PaymentRow } from './tables.ts'

export type PaymentStatus = 'PENDING' | 'SUCCEEDED' | 'PARTIALLY_REFUNDED' | 'REFUNDED' | 'EXPIRED'

/** The state as people know it: refunds are part of it. */
export const statusOf = ({ state, refundedMinor, amountMinor }: PaymentRow): PaymentStatus => {
  if (state !== 'SUCCEEDED' || refundedMinor === 0) return state
  return refundedMinor >= amountMinor ? 'REFUNDED' : 'PARTIALLY_REFUNDED'
}

export const amountOf = ({ amountMinor, currency }: PaymentRow): Money => ({ amountMinor, currency })

/** What has not gone back and is not decided to, in minor units. */
export const unrefundedMinor = ({ state, amountMinor, refundDecidedMinor }: PaymentRow): number =>
  state === 'SUCCEEDED' ? amountMinor - refundDecidedMinor : 0

/** What may be refunded, in minor units; nothing while a bank disputes it, or after it won. */
export const refundableMinor = (payment: PaymentRow): number =>
  payment.disputeState === null || payment.disputeState === 'WON' ? unrefundedMinor(payment) : 0

/** A payment of an order: what its events tell. */
export const paymentFacts = (payment: PaymentRow) => {
  const { id, orderId, milestoneId, buyerId, sellerId, gigId } = payment
  if (!orderId || !sellerId) throw new Error(`payment ${id} is not of an order`)
  return { paymentId: id, orderId, milestoneId, buyerId, sellerId, gigId, amount: amountOf(payment) }
}
