import type { Money } from '@gigraph/shared/money'
import { after } from '@gigraph/shared/time'
import { endHeldMilestones, type FullOrder, type Milestone } from './order.ts'
import { type Change, completed, days, dueOfMilestones, ended, type OrderHow, started } from './rules.ts'

/** What payments and refunds do to an order; all pure. */

/** The milestone that a payment is for: the named one, else the next. */
const unfunded = ({ milestones }: FullOrder, milestoneId?: string | null): Milestone | undefined =>
  milestones.find(({ id, state }) => state === 'NOT_FUNDED' && (!milestoneId || id === milestoneId))

/** What is to be paid, and for which milestone. */
interface Due {
  readonly milestoneId: string | null
  readonly amount: Money
}

/**
 * What the buyer can pay now: the order, or the named or next milestone of one that is paid step by step; null when there is nothing to
 * pay, the time for it is over, or nobody would work for it.
 */
export const payableNow = (order: FullOrder, at: Date, milestoneId: string | null = null): Due | null => {
  const waits = order.state === 'PENDING_PAYMENT' && order.deadlineAt !== null && at < order.deadlineAt
  if (order.milestones.length === 0) return waits && !milestoneId ? { milestoneId, amount: order.total } : null
  const works = order.state === 'AWAITING_REQUIREMENTS' || order.state === 'IN_PROGRESS'
  const milestone = waits || (works && !order.sellerSuspendedAt) ? unfunded(order, milestoneId) : undefined
  return milestone ? { milestoneId: milestone.id, amount: milestone.amount } : null
}

const stateAfterPayment = (order: FullOrder, how: OrderHow) =>
  order.paidMinor + (how.amountMinor ?? 0) <= order.refundedMinor
    ? 'CANCELLED'
    : order.terms.requirements.length > 0
      ? 'AWAITING_REQUIREMENTS'
      : 'IN_PROGRESS'

/** Money arrived: into the order, and into the milestone that it is for. */
const credited: Change = (order, { at, amountMinor = 0, milestoneId }) => {
  const funded = unfunded(order, milestoneId)
  const milestones = order.milestones.map((milestone) =>
    milestone === funded
      ? {
          ...milestone,
          state: 'FUNDED' as const,
          dueAt: order.startedAt ? after(at, days(milestone.deliveryDays)) : null,
        }
      : milestone,
  )
  const dueAt = order.startedAt && order.milestones.length > 0 ? dueOfMilestones(milestones) : order.dueAt
  return { paidMinor: order.paidMinor + amountMinor, milestones, dueAt }
}

/** The first payment. Its refund may have been heard of before. */
export const firstPayment = {
  to: stateAfterPayment,
  set: (order: FullOrder, how: OrderHow): Partial<FullOrder> => {
    const paid = { ...order, ...credited(order, how) }
    const to = stateAfterPayment(order, how)
    if (to === 'CANCELLED') return { ...paid, ...ended('NOBODY')(paid, how) }
    return to === 'IN_PROGRESS' ? { ...paid, ...started(paid, how) } : paid
  },
}

export const nextMilestonePaid = {
  unless: (order: FullOrder, { milestoneId }: OrderHow) =>
    unfunded(order, milestoneId) ? null : 'it is paid already.',
  set: credited,
  renews: true as const,
}

const isRefundedWhole = (order: FullOrder, how: OrderHow): boolean =>
  order.milestones.length > 0
    ? refunded(order, how).milestones?.every(({ state }) => state === 'REFUNDED' || state === 'NOT_FUNDED') === true
    : order.paidMinor > 0 && order.refundedMinor + (how.amountMinor ?? 0) >= order.paidMinor

/** Money went back by a decision of staff or as the consequence of a cancellation. `accept`: the whole payment. */
export const refunded = (
  order: FullOrder,
  { at, amountMinor = 0, milestoneId, accept }: OrderHow,
): Partial<FullOrder> => ({
  refundedMinor: order.refundedMinor + amountMinor,
  milestones: order.milestones.map((milestone) => {
    if (milestone.id !== milestoneId) return milestone
    const less = { ...milestone, refundedMinor: milestone.refundedMinor + amountMinor }
    return accept ? (endHeldMilestones([less], 'REFUNDED', at)[0] ?? less) : less
  }),
  // A split that was proposed over the old amount is off the table; one that was accepted stands.
  dispute:
    order.dispute && !order.dispute.endedAt
      ? { ...order.dispute, proposedBy: null, proposedToSellerMinor: null, proposalNote: null }
      : order.dispute,
})

/** The last step that was open has its money back, and others were accepted: there is nothing left to do, or to disagree about. */
const isDoneByRefund = (order: FullOrder, how: OrderHow): boolean =>
  order.milestones.length > 0 &&
  refunded(order, how).milestones?.every(({ state }) => state === 'RELEASED' || state === 'REFUNDED') === true

const stateAfterRefund = (order: FullOrder, how: OrderHow) => {
  if (isRefundedWhole(order, how)) return 'CANCELLED'
  return isDoneByRefund(order, how) ? 'COMPLETED' : order.state
}

/** A dispute about money that has all gone back: staff gave it, without a word here. */
const endedByRefund = ({ dispute }: Partial<FullOrder>, { at, amountMinor = 0 }: OrderHow): FullOrder['dispute'] =>
  dispute ? { ...dispute, endedBy: 'STAFF', endedAt: at, toSellerMinor: 0, toBuyerMinor: amountMinor } : null

export const refundOfActive = {
  to: stateAfterRefund,
  set: (order: FullOrder, how: OrderHow): Partial<FullOrder> => {
    const change = refunded(order, how)
    const to = stateAfterRefund(order, how)
    if (to === order.state) return change
    const last = { ...change, dispute: endedByRefund(change, how) }
    const end = to === 'COMPLETED' ? completed : ended('NOBODY')
    return { ...last, ...end({ ...order, ...last }, how) }
  },
}
