import { after } from '@gigraph/shared/time'
import { type Change, days, type Guard, lapsed } from '../order/rules.ts'

/** Delivery and revision; all pure. */

export const noMilestones: Guard = ({ milestones }) =>
  milestones.length > 0 ? 'its milestones are delivered one by one.' : null

export const delivered: Change = (order, { at }) => ({
  deliveredAt: at,
  lateAt: order.lateAt ?? (order.dueAt && at > order.dueAt ? order.dueAt : null),
  requests: lapsed(order.requests, at),
})

export const revisionsLeft: Guard = ({ terms, revisionsUsed }) =>
  terms.revisions !== null && revisionsUsed >= terms.revisions
    ? `the ${terms.revisions} revisions of this order are used; accept, or open a dispute.`
    : null

/** A revision gets half of the original time, at least a day. */
export const revisionDue = (deliveryDays: number, at: Date): Date =>
  after(at, days(Math.max(1, Math.ceil(deliveryDays / 2))))

export const revised: Change = (order, { at }) => {
  const due = revisionDue(order.terms.deliveryDays, at)
  return { revisionsUsed: order.revisionsUsed + 1, dueAt: order.dueAt && order.dueAt > due ? order.dueAt : due }
}
