import { after, type Duration } from '@gigraph/shared/time'
import type { How } from './machine.ts'
import {
  type Actor,
  type ChangeRequest,
  endHeldMilestones,
  type Fault,
  type FullOrder,
  heldMinor,
  type Milestone,
  openRequest,
} from './order.ts'

/** Guards and changes that the transition table refers to by name; all pure. */

/** What comes with an event. Guards must do without it: they also answer what is possible at all. */
export interface Details {
  /** Id of what the event makes: a request, a dispute. */
  readonly newId?: string
  readonly note?: string
  readonly accept?: boolean
  readonly days?: number
  readonly fault?: Fault
  readonly answers?: Readonly<Record<string, string>>
  readonly amountMinor?: number
  readonly toSellerMinor?: number
  readonly milestoneId?: string | null
}
export type OrderHow = How<Actor, Details>
type Guard = (order: FullOrder, how: OrderHow) => string | null
type Change = (order: FullOrder, how: OrderHow) => Partial<FullOrder>

export const PAYMENT_TIME: Duration = '30m'
export const REQUIREMENTS_TIME: Duration = '14d'
export const ACCEPTANCE_TIME: Duration = '3d'
export const LATE_GRACE: Duration = '24h'
export const CANCELLATION_ANSWER_TIME: Duration = '48h'
export const EXTENSION_ANSWER_TIME: Duration = '4d'
export const DISPUTE_ANSWER_TIME: Duration = '72h'

const days = (count: number): Duration => `${count}d`
const earliest = (instants: readonly (Date | null)[]): Date | null =>
  instants.reduce((first, each) => (each && (!first || each < first) ? each : first), null)

/** The first of several guards that refuses. */
export const first =
  (...guards: readonly Guard[]): Guard =>
  (order, how) => {
    for (const guard of guards) {
      const reason = guard(order, how)
      if (reason) return reason
    }
    return null
  }

// Payment and start

const dueOfMilestones = (milestones: readonly Milestone[]): Date | null =>
  earliest(milestones.map(({ state, dueAt }) => (state === 'FUNDED' ? dueAt : null)))

/** Work begins: the clock of the delivery runs. */
export const started: Change = (order, { at }) => {
  const milestones = order.milestones.map((milestone) =>
    milestone.state === 'FUNDED' ? { ...milestone, dueAt: after(at, days(milestone.deliveryDays)) } : milestone,
  )
  const dueAt = milestones.length > 0 ? dueOfMilestones(milestones) : after(at, days(order.terms.deliveryDays))
  return { startedAt: at, dueAt, milestones }
}

/** The milestone that a payment is for: the named one, else the next. */
export const unfunded = ({ milestones }: FullOrder, milestoneId?: string | null): Milestone | undefined =>
  milestones.find(({ id, state }) => state === 'NOT_FUNDED' && (!milestoneId || id === milestoneId))

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
  // A split that was proposed over the old amount is off the table.
  dispute: order.dispute && { ...order.dispute, proposedBy: null, proposedToSellerMinor: null, proposalNote: null },
})

export const refundOfActive = {
  to: (order: FullOrder, how: OrderHow) => (isRefundedWhole(order, how) ? 'CANCELLED' : order.state),
  set: (order: FullOrder, how: OrderHow): Partial<FullOrder> => {
    const change = refunded(order, how)
    return isRefundedWhole(order, how) ? { ...change, ...ended('NOBODY')({ ...order, ...change }, how) } : change
  },
}

// Ends

const lapsed = (requests: readonly ChangeRequest[], at: Date): readonly ChangeRequest[] =>
  requests.map((request) => (request.state === 'OPEN' ? { ...request, state: 'LAPSED', answeredAt: at } : request))

/** The order is cancelled or expires: open questions lapse, what is in escrow goes back. */
export const ended =
  (fault: Fault | null): Change =>
  (order, { at }) => ({
    endedAt: at,
    fault,
    requests: lapsed(order.requests, at),
    milestones: endHeldMilestones(order.milestones, 'REFUNDED', at),
  })

export const completed: Change = (order, { at }) => ({ endedAt: at, requests: lapsed(order.requests, at) })

/** The buyer cancels work: without the seller's consent only when the seller cannot or does not deliver. */
export const waitForLateness: Guard = (order, { at }) => {
  if (order.sellerSuspendedAt) return null
  if (order.startedAt && order.dueAt && at > after(order.dueAt, LATE_GRACE)) return null
  return 'the seller is not more than 24 hours late; ask the seller with a cancellation request.'
}

// Delivery

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
const revisionDue = (deliveryDays: number, at: Date): Date => after(at, days(Math.max(1, Math.ceil(deliveryDays / 2))))

export const revised: Change = (order, { at }) => {
  const due = revisionDue(order.terms.deliveryDays, at)
  return { revisionsUsed: order.revisionsUsed + 1, dueAt: order.dueAt && order.dueAt > due ? order.dueAt : due }
}

// Milestones

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

// Requests

const withRequest = (order: FullOrder, request: ChangeRequest): Partial<FullOrder> => ({
  requests: [...order.requests.filter(({ id }) => id !== request.id), request],
})

export const noOpenRequest =
  (kind: ChangeRequest['kind']): Guard =>
  (order) =>
    openRequest(order, kind) ? 'a request of this kind waits for its answer.' : null

export const requested =
  (kind: ChangeRequest['kind']): Change =>
  (order, { at, by, newId = '', note = '', fault, days: asked }) =>
    withRequest(order, {
      id: newId,
      orderId: order.id,
      kind,
      requestedBy: by === 'BUYER' ? 'BUYER' : 'SELLER',
      reason: note,
      fault: kind === 'CANCELLATION' ? (fault ?? 'NOBODY') : null,
      days: kind === 'EXTENSION' ? (asked ?? 1) : null,
      state: 'OPEN',
      createdAt: at,
      answerBy: after(at, kind === 'CANCELLATION' ? CANCELLATION_ANSWER_TIME : EXTENSION_ANSWER_TIME),
      answeredAt: null,
    })

/** The other side answers; after the deadline the system does. */
export const mayAnswer =
  (kind: ChangeRequest['kind']): Guard =>
  (order, { by, at }) => {
    const open = openRequest(order, kind)
    if (!open) return 'nothing was asked.'
    if (by === open.requestedBy) return 'the other side answers your request.'
    return by === 'SYSTEM' && at < open.answerBy ? 'there is still time to answer.' : null
  }

export const cancellationAnswered: Change = (order, how) => {
  const open = openRequest(order, 'CANCELLATION')
  if (!open) return {}
  const answer = { ...open, state: how.accept ? ('ACCEPTED' as const) : ('DECLINED' as const), answeredAt: how.at }
  const change = withRequest(order, answer)
  return how.accept ? { ...change, ...ended(open.fault)({ ...order, ...change }, how) } : change
}

export const extensionAnswered: Change = (order, { accept, at, by }) => {
  const open = openRequest(order, 'EXTENSION')
  if (!open) return {}
  const state = accept ? 'ACCEPTED' : by === 'SYSTEM' ? 'LAPSED' : 'DECLINED'
  const more = days(open.days ?? 0)
  return {
    ...withRequest(order, { ...open, state, answeredAt: at }),
    ...(accept && order.dueAt && { dueAt: after(order.dueAt, more), lateAt: null }),
    ...(accept && {
      milestones: order.milestones.map((milestone) =>
        milestone.state === 'FUNDED' && milestone.dueAt
          ? { ...milestone, dueAt: after(milestone.dueAt, more) }
          : milestone,
      ),
    }),
  }
}

// Disputes

export const somethingHeld: Guard = (order) => (heldMinor(order) > 0 ? null : 'there is no money in escrow.')

export const disputed: Change = (order, { at, by, newId = '', note = '' }) => ({
  requests: lapsed(order.requests, at),
  // What is disputed does not accept itself.
  milestones: order.milestones.map((each) => (each.acceptBy ? { ...each, acceptBy: null } : each)),
  dispute: {
    id: newId,
    orderId: order.id,
    openedBy: by === 'BUYER' ? 'BUYER' : 'SELLER',
    reason: note,
    openedAt: at,
    answerBy: after(at, DISPUTE_ANSWER_TIME),
    answer: null,
    answeredAt: null,
    proposedBy: null,
    proposedToSellerMinor: null,
    proposalNote: null,
    endedBy: null,
    endedAt: null,
    toSellerMinor: null,
    toBuyerMinor: null,
    decision: null,
  },
})

export const mayAnswerDispute: Guard = ({ dispute }, { by }) => {
  if (dispute?.answeredAt) return 'the dispute was answered.'
  return dispute?.openedBy === by ? 'the other side answers your dispute.' : null
}

export const disputeAnswered: Change = ({ dispute }, { at, note = '' }) => ({
  dispute: dispute && { ...dispute, answer: note, answeredAt: at },
})

export const settlementProposed: Change = ({ dispute }, { by, toSellerMinor = 0, note = '' }) => ({
  dispute: dispute && {
    ...dispute,
    proposedBy: by === 'BUYER' ? 'BUYER' : 'SELLER',
    proposedToSellerMinor: toSellerMinor,
    proposalNote: note,
  },
})

export const mayAcceptSettlement: Guard = ({ dispute }, { by }) => {
  if (!dispute?.proposedBy) return 'no split was proposed.'
  return dispute.proposedBy === by ? 'the other side accepts your proposal.' : null
}

/** Staff waits for the other side, but not longer than 72 hours. */
export const mayResolve: Guard = ({ dispute }, { at }) =>
  dispute && !dispute.answeredAt && at < dispute.answerBy
    ? `the other side may answer until ${dispute.answerBy.toISOString()}.`
    : null

const shareOf = (order: FullOrder, how: OrderHow): number =>
  how.by === 'STAFF' ? (how.toSellerMinor ?? 0) : (order.dispute?.proposedToSellerMinor ?? 0)

/** Ends a dispute: whatever goes to the seller completes the order, a full refund cancels it. */
export const resolution = {
  to: (order: FullOrder, how: OrderHow) => (shareOf(order, how) > 0 ? ('COMPLETED' as const) : ('CANCELLED' as const)),
  set: (order: FullOrder, how: OrderHow): Partial<FullOrder> => {
    const toSellerMinor = shareOf(order, how)
    const endedBy = how.by === 'STAFF' ? ('STAFF' as const) : ('SETTLEMENT' as const)
    return {
      endedAt: how.at,
      fault: toSellerMinor > 0 ? null : (how.fault ?? 'NOBODY'),
      milestones: endHeldMilestones(order.milestones, toSellerMinor > 0 ? 'RELEASED' : 'REFUNDED', how.at),
      dispute: order.dispute && {
        ...order.dispute,
        endedBy,
        endedAt: how.at,
        toSellerMinor,
        toBuyerMinor: heldMinor(order) - toSellerMinor,
        decision: how.note ?? null,
      },
    }
  },
}
