import type { Terms } from '@gigraph/marketplace/internal'
import { after, type MakeId } from '@gigraph/shared/time'
import type { FullOrder } from './order.ts'
import { PAYMENT_TIME } from './rules.ts'

interface NewOrder {
  /** Frozen on the order. */
  readonly terms: Terms
  readonly buyerId: string
  readonly proposalId: string | null
  readonly offerId: string | null
  readonly createdAt: Date
}

/** An order as it begins: to be paid within 30 minutes. */
export const newOrder = (makeId: MakeId, { terms, createdAt, ...order }: NewOrder): FullOrder => {
  const id = makeId()
  const deadlineAt = after(createdAt, PAYMENT_TIME)
  return {
    ...order,
    id,
    state: 'PENDING_PAYMENT',
    sellerId: terms.sellerId,
    gigId: terms.gigId,
    title: terms.title,
    total: terms.price,
    paidMinor: 0,
    refundedMinor: 0,
    terms,
    answers: null,
    answerUploads: null,
    revisionsUsed: 0,
    createdAt,
    startedAt: null,
    dueAt: null,
    lateAt: null,
    deliveredAt: null,
    endedAt: null,
    fault: null,
    sellerSuspendedAt: null,
    deadlineAt,
    deadline: 'EXPIRE',
    nextDueAt: deadlineAt,
    requests: [],
    dispute: null,
    milestones: terms.milestones.map((milestone, index) => ({
      ...milestone,
      id: makeId(),
      orderId: id,
      position: index + 1,
      state: 'NOT_FUNDED',
      refundedMinor: 0,
      dueAt: null,
      deliveredAt: null,
      acceptBy: null,
      endedAt: null,
    })),
  }
}
