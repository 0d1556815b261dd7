import { makeId } from '@gigraph/shared/time'
import type { ChangeRequest, Dispute, FullOrder, Milestone, Party } from '../order.ts'

/** Orders and their parts for tests of the rules, as they would come from the database. */

export const now = new Date('2026-11-20T12:00:00.000Z')
export const day = (count: number): Date => new Date(now.getTime() + count * 86_400_000)

/** Paid, and worked on since yesterday. */
export const anOrder = (more: Partial<FullOrder> = {}): FullOrder => ({
  id: 'order',
  state: 'IN_PROGRESS',
  buyerId: 'buyer',
  sellerId: 'seller',
  gigId: 'gig',
  proposalId: null,
  offerId: null,
  title: 'A logo',
  total: { amountMinor: 10_000, currency: 'USD' },
  paidMinor: 10_000,
  refundedMinor: 0,
  terms: {
    sellerId: 'seller',
    gigId: 'gig',
    gigVersion: 1,
    title: 'A logo',
    description: '',
    price: { amountMinor: 10_000, currency: 'USD' },
    lines: [],
    deliveryDays: 3,
    revisions: 1,
    requirements: [],
    milestones: [],
  },
  answers: null,
  answerUploads: null,
  revisionsUsed: 0,
  createdAt: now,
  startedAt: day(-1),
  dueAt: day(2),
  lateAt: null,
  deliveredAt: null,
  endedAt: null,
  fault: null,
  sellerSuspendedAt: null,
  deadlineAt: null,
  deadline: null,
  nextDueAt: null,
  requests: [],
  dispute: null,
  milestones: [],
  ...more,
})

export const aMilestone = (state: Milestone['state']): Milestone => ({
  id: makeId(),
  orderId: 'order',
  position: 1,
  title: 'A step',
  amount: { amountMinor: 3_000, currency: 'USD' },
  refundedMinor: 0,
  deliveryDays: 2,
  state,
  dueAt: null,
  deliveredAt: null,
  acceptBy: null,
  endedAt: null,
})

/** An open request whose time to answer is over unless told otherwise. */
export const aRequest = (kind: ChangeRequest['kind'], requestedBy: Party, answerBy = day(-1)): ChangeRequest => ({
  id: makeId(),
  orderId: 'order',
  kind,
  requestedBy,
  reason: 'because',
  fault: kind === 'CANCELLATION' ? 'NOBODY' : null,
  days: kind === 'EXTENSION' ? 2 : null,
  state: 'OPEN',
  createdAt: day(-3),
  answerBy,
  answeredAt: null,
})

/** An open dispute whose time to answer is over unless told otherwise. */
export const aDispute = (more: Partial<Dispute>): Dispute => ({
  id: makeId(),
  orderId: 'order',
  openedBy: 'BUYER',
  reason: 'because',
  evidenceIds: [],
  openedAt: day(-4),
  answerBy: day(-1),
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
  ...more,
})
