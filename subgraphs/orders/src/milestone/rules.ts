import { after } from '@gigraph/shared/time'
import { revisionDue } from '../delivery/rules.ts'
import type { FullOrder, Milestone } from '../order/order.ts'
import { ACCEPTANCE_TIME, type Change, dueOfMilestones, type Guard, lapsed, type OrderHow } from '../order/rules.ts'

/** Orders that are paid step by step; all pure. */

const milestoneIn = (order: FullOrder, state: Milestone['state'], milestoneId?: string | null): Milestone | undefined =>
  order.milestones.find((milestone) => milestone.state === state && (!milestoneId || milestone.id === milestoneId))

export const milestoneMustBe =
  (state: 'FUNDED' | 'DELIVERED', reason: string): Guard =>
  (order, { milestoneId }) =>
    milestoneIn(order, state, milestoneId) ? null : reason

const withMilestone = (
  order: FullOrder,
  id: string | null | undefined,
  change: Partial<Milestone>,
): Partial<FullOrder> => {
  const milestones = order.milestones.map((milestone) =>
    milestone.id === id ? { ...milestone, ...change } : milestone,
  )
  return { milestones, dueAt: dueOfMilestones(milestones) }
}

export const milestoneDelivered: Change = (order, { at, milestoneId }) => ({
  ...withMilestone(order, milestoneId, { state: 'DELIVERED', deliveredAt: at, acceptBy: after(at, ACCEPTANCE_TIME) }),
  lateAt: order.lateAt ?? (order.dueAt && at > order.dueAt ? order.dueAt : null),
  deliveredAt: at,
  // Who delivers does not agree to end: silence about such a request must not take back what is being judged.
  requests: lapsed(order.requests, at, 'CANCELLATION'),
})

export const milestoneReleased: Change = (order, { at, milestoneId }) =>
  withMilestone(order, milestoneId, { state: 'RELEASED', endedAt: at, acceptBy: null, dueAt: null })

export const milestoneRevised: Change = (order, { at, milestoneId }) => ({
  revisionsUsed: order.revisionsUsed + 1,
  ...withMilestone(order, milestoneId, {
    state: 'FUNDED',
    acceptBy: null,
    dueAt: revisionDue(order.milestones.find(({ id }) => id === milestoneId)?.deliveryDays ?? 1, at),
  }),
})

/** Whether accepting this milestone leaves nothing to do. */
export const isLastMilestone = (order: FullOrder, { milestoneId }: OrderHow): boolean =>
  order.milestones.every(({ id, state }) => id === milestoneId || state === 'RELEASED' || state === 'REFUNDED')
