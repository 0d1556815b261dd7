import { after } from '@gigraph/shared/time'
import { endHeldMilestones, type FullOrder, heldMinor } from '../order/order.ts'
import { type Change, DISPUTE_ANSWER_TIME, type Guard, lapsed, type OrderHow } from '../order/rules.ts'

/** Disagreement and its end; all pure. */

export const somethingHeld: Guard = (order) => (heldMinor(order) > 0 ? null : 'there is no money in escrow.')

export const disputed: Change = (order, { at, by, newId = '', note = '', uploadIds = [] }) => ({
  requests: lapsed(order.requests, at),
  // What is disputed does not accept itself.
  milestones: order.milestones.map((each) => (each.acceptBy ? { ...each, acceptBy: null } : each)),
  dispute: {
    id: newId,
    orderId: order.id,
    openedBy: by === 'BUYER' ? 'BUYER' : 'SELLER',
    reason: note,
    evidenceIds: uploadIds,
    openedAt: at,
    answerBy: after(at, DISPUTE_ANSWER_TIME),
    answer: null,
    answerEvidenceIds: [],
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

export const disputeAnswered: Change = ({ dispute }, { at, note = '', uploadIds = [] }) => ({
  dispute: dispute && { ...dispute, answer: note, answerEvidenceIds: uploadIds, answeredAt: at },
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
