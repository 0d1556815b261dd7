import { event } from '@gigraph/shared/events'
import { money } from '@gigraph/shared/money'
import { z } from 'zod'

const id = z.uuid()
const payment = {
  paymentId: id,
  orderId: id,
  milestoneId: id.nullable(),
  buyerId: id,
  sellerId: id,
  gigId: id.nullable(),
  amount: money,
}

/** The money is in escrow. */
export const paymentSucceeded = event('payment.succeeded', 1, payment)
export const paymentFailed = event('payment.failed', 1, { ...payment, reason: z.string() })
/** `refunded`: this refund; `remaining`: what is still held or paid out of the payment. */
export const paymentRefunded = event('payment.refunded', 1, { ...payment, refunded: money, remaining: money })
/** A chargeback was opened at the card network. */
export const paymentDisputed = event('payment.disputed', 1, { ...payment, reason: z.string() })
/** A seller's share of an order has left escrow: pending until `availableAt`. */
export const earningsReleased = event('earnings.released', 1, {
  orderId: id,
  sellerId: id,
  net: money,
  fee: money,
  availableAt: z.iso.datetime(),
})
/** Pending earnings became available. */
export const balanceReleased = event('balance.released', 1, { sellerId: id, amount: money })

const payout = { payoutId: id, userId: id, amount: money }
export const payoutRequested = event('payout.requested', 1, payout)
export const payoutPaid = event('payout.paid', 1, payout)
export const payoutFailed = event('payout.failed', 1, { ...payout, reason: z.string() })

export const pointsCredited = event('points.credited', 1, { userId: id, points: z.int(), reason: z.string() })
export const pointsDebited = event('points.debited', 1, { userId: id, points: z.int(), reason: z.string() })
export const toolUsed = event('tool.used', 1, { usageId: id, toolId: id, userId: id, creatorId: id, points: z.int() })
