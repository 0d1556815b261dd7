import type { Money } from '@gigraph/shared/money'
import type { PaymentRow } from './tables.ts'

export type PaymentStatus = 'PENDING' | 'SUCCEEDED' | 'PARTIALLY_REFUNDED' | 'REFUNDED' | 'EXPIRED'

/** The state as people know it: refunds are part of it. */
export const statusOf = ({ state, refundedMinor, amountMinor }: PaymentRow): PaymentStatus => {
  if (state !== 'SUCCEEDED' || refundedMinor === 0) return state
  return refundedMinor >= amountMinor ? 'REFUNDED' : 'PARTIALLY_REFUNDED'
}

export const amountOf = ({ amountMinor, currency }: PaymentRow): Money => ({ amountMinor, currency })

/** What is not decided to go back, in minor units, whatever a bank says. */
export const undecidedMinor = ({ state, amountMinor, refundDecidedMinor }: PaymentRow): number =>
  state === 'SUCCEEDED' ? amountMinor - refundDecidedMinor : 0

/** What is left of a payment, in minor units: neither decided to go back nor held or taken by a bank. */
export const leftMinor = (payment: PaymentRow): number => Math.max(0, undecidedMinor(payment) - payment.disputedMinor)

/** What may be refunded, in minor units: what is left, and nothing while a bank disputes it. */
export const refundableMinor = (payment: PaymentRow): number =>
  payment.disputeState === 'OPEN' ? 0 : leftMinor(payment)

/** A payment of an order: what its events tell. */
export const paymentFacts = (payment: PaymentRow) => {
  const { id, orderId, milestoneId, buyerId, sellerId, gigId } = payment
  if (!orderId || !sellerId) throw new Error(`payment ${id} is not of an order`)
  return { paymentId: id, orderId, milestoneId, buyerId, sellerId, gigId, amount: amountOf(payment) }
}
