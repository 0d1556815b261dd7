import { event } from '@gigraph/shared/events'
import { money } from '@gigraph/shared/money'
import { z } from 'zod'
import { states } from './order/order.ts'

const id = z.uuid()
const order = { orderId: id, buyerId: id, sellerId: id, title: z.string(), gigId: id.nullable(), total: money }

/** Who is at fault for a cancellation; only the seller's own count against the seller. */
export const faults = ['BUYER', 'SELLER', 'NOBODY'] as const

export const orderPlaced = event('order.placed', 1, { ...order, proposalId: id.nullable(), offerId: id.nullable() })
/** Paid, and the seller has what is needed: work begins. */
export const orderStarted = event('order.started', 1, { ...order, dueAt: z.iso.datetime() })
export const orderDelivered = event('order.delivered', 1, { ...order, onTime: z.boolean() })
export const orderRevisionRequested = event('order.revision_requested', 1, order)
export const orderCompleted = event('order.completed', 1, {
  ...order,
  onTime: z.boolean(),
  firstWithBuyer: z.boolean(),
})
/** `refund`: what goes back to the buyer out of escrow; zero when nothing was paid or everything is refunded already. */
export const orderCancelled = event('order.cancelled', 1, { ...order, fault: z.enum(faults), refund: money })
/** Nobody paid in time. */
export const orderExpired = event('order.expired', 1, order)
export const orderDisputed = event('order.disputed', 1, { ...order, openedBy: id, reason: z.string() })
/**
 * A dispute ended, with this and no other event: the two amounts add up to what was in escrow, which is the total unless
 * something was refunded or released before.
 */
export const orderResolved = event('order.resolved', 1, { ...order, toSeller: money, toBuyer: money })
export const orderLate = event('order.late', 1, order)
/** Anything else that happened to an order: a request, an answer, a proposal to settle. `what` is the entry of its timeline. */
export const orderChanged = event('order.changed', 1, {
  ...order,
  what: z.string(),
  actorId: id.nullable(),
  /** Where the order stands now: a payment or a refund means another thing in each state. */
  state: z.enum(states),
  /** Of answers to requests; null of anything else. */
  accepted: z.boolean().nullable(),
})

const milestone = { orderId: id, milestoneId: id, buyerId: id, sellerId: id, amount: money }
export const milestoneFunded = event('milestone.funded', 1, milestone)
export const milestoneReleased = event('milestone.released', 1, milestone)
