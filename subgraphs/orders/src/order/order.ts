import type { Terms } from '@gigraph/marketplace/internal'
import type { Money } from '@gigraph/shared/money'
import type { faults } from '../events.ts'

/** Types of an order and what can be read off it; nothing here waits for anything. */

export const states = [
  'PENDING_PAYMENT',
  'AWAITING_REQUIREMENTS',
  'IN_PROGRESS',
  'DELIVERED',
  'REVISION',
  'DISPUTED',
  'COMPLETED',
  'CANCELLED',
  'EXPIRED',
] as const
export type OrderState = (typeof states)[number]
export const endStates: readonly OrderState[] = ['COMPLETED', 'CANCELLED', 'EXPIRED']

/** Who acts on an order: its people, staff, the passing of time, or the service that holds the money. */
export const actors = ['BUYER', 'SELLER', 'STAFF', 'SYSTEM', 'PAYMENTS'] as const
export type Actor = (typeof actors)[number]
export type Party = 'BUYER' | 'SELLER'

/** Consequences of a deadline: events of the machine that the system raises. */
export const deadlines = ['EXPIRE', 'CANCEL_SILENT', 'MARK_LATE', 'ACCEPT'] as const
export type Deadline = (typeof deadlines)[number]

/** What happens to orders; those that people raise are the graph's `OrderAction`. */
export const orderEvents = [
  'PAY',
  'REFUND',
  'EXPIRE',
  'CANCEL',
  'CANCEL_SILENT',
  'SUBMIT_REQUIREMENTS',
  'SKIP_REQUIREMENTS',
  'DELIVER',
  'ACCEPT',
  'REQUEST_REVISION',
  'MARK_LATE',
  'REQUEST_CANCELLATION',
  'WITHDRAW_CANCELLATION',
  'ANSWER_CANCELLATION',
  'REQUEST_EXTENSION',
  'WITHDRAW_EXTENSION',
  'ANSWER_EXTENSION',
  'DELIVER_MILESTONE',
  'ACCEPT_MILESTONE',
  'OPEN_DISPUTE',
  'ANSWER_DISPUTE',
  'PROPOSE_SETTLEMENT',
  'ACCEPT_SETTLEMENT',
  'RESOLVE_DISPUTE',
  'SUSPEND_SELLER',
  'REINSTATE_SELLER',
] as const
export type OrderEvent = (typeof orderEvents)[number]

/** What stands on the timeline: the events, and two things that change no state. */
export const entries = [...orderEvents, 'PLACE', 'PAYMENT_FAILED'] as const

export type Fault = (typeof faults)[number]

/** An order by itself. */
export interface Order {
  readonly id: string
  readonly state: OrderState
  readonly buyerId: string
  readonly sellerId: string
  readonly gigId: string | null
  readonly proposalId: string | null
  readonly offerId: string | null
  readonly title: string
  readonly total: Money
  readonly paidMinor: number
  readonly refundedMinor: number
  readonly terms: Terms
  readonly answers: Readonly<Record<string, string>> | null
  readonly answerUploads: Readonly<Record<string, string[]>> | null
  readonly revisionsUsed: number
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly dueAt: Date | null
  readonly lateAt: Date | null
  readonly deliveredAt: Date | null
  readonly endedAt: Date | null
  readonly fault: Fault | null
  readonly sellerSuspendedAt: Date | null
  readonly deadlineAt: Date | null
  readonly deadline: Deadline | null
  readonly nextDueAt: Date | null
}

/** One party asks the other to cancel, or for more time. */
export interface ChangeRequest {
  readonly id: string
  readonly orderId: string
  readonly kind: 'CANCELLATION' | 'EXTENSION'
  readonly requestedBy: Party
  readonly reason: string
  /** Of a cancellation. */
  readonly fault: Fault | null
  /** Of an extension. */
  readonly days: number | null
  readonly state: 'OPEN' | 'ACCEPTED' | 'DECLINED' | 'WITHDRAWN' | 'LAPSED'
  readonly createdAt: Date
  readonly answerBy: Date
  readonly answeredAt: Date | null
}

export interface Dispute {
  readonly id: string
  readonly orderId: string
  readonly openedBy: Party
  readonly reason: string
  readonly evidenceIds: string[]
  readonly openedAt: Date
  readonly answerBy: Date
  readonly answer: string | null
  readonly answerEvidenceIds: string[]
  readonly answeredAt: Date | null
  readonly proposedBy: Party | null
  readonly proposedToSellerMinor: number | null
  readonly proposalNote: string | null
  readonly endedBy: 'SETTLEMENT' | 'STAFF' | null
  readonly endedAt: Date | null
  readonly toSellerMinor: number | null
  readonly toBuyerMinor: number | null
  readonly decision: string | null
}

export interface Milestone {
  readonly id: string
  readonly orderId: string
  readonly position: number
  readonly title: string
  readonly amount: Money
  readonly refundedMinor: number
  readonly deliveryDays: number
  readonly state: 'NOT_FUNDED' | 'FUNDED' | 'DELIVERED' | 'RELEASED' | 'REFUNDED'
  readonly dueAt: Date | null
  readonly deliveredAt: Date | null
  readonly acceptBy: Date | null
  readonly endedAt: Date | null
}

/** What else decides about what may happen to an order. */
export interface Parts {
  readonly requests: readonly ChangeRequest[]
  readonly dispute: Dispute | null
  readonly milestones: readonly Milestone[]
}

/** An order with everything that its rules look at. */
export type FullOrder = Order & Parts

/** The role of a user in an order; null for strangers. */
export const partyOf = (order: Pick<Order, 'buyerId' | 'sellerId'>, userId: string): Party | null =>
  userId === order.buyerId ? 'BUYER' : userId === order.sellerId ? 'SELLER' : null

export const openRequest = (order: Parts, kind: ChangeRequest['kind']): ChangeRequest | null =>
  order.requests.find((request) => request.kind === kind && request.state === 'OPEN') ?? null

/** Whether a milestone's money is in escrow. */
export const isHeld = ({ state }: Milestone): boolean => state === 'FUNDED' || state === 'DELIVERED'

/** What a milestone is still worth after refunds, in minor units. */
export const restMinor = ({ amount, refundedMinor }: Milestone): number =>
  Math.max(0, amount.amountMinor - refundedMinor)

/** What is in escrow for the order, in minor units: paid, neither released nor refunded. */
export const heldMinor = (order: FullOrder): number => {
  if (endStates.includes(order.state)) return 0
  if (order.milestones.length === 0) return Math.max(0, order.paidMinor - order.refundedMinor)
  return order.milestones.filter(isHeld).reduce((sum, milestone) => sum + restMinor(milestone), 0)
}

/** The same milestones after the money in escrow has gone one way. */
export const endHeldMilestones = (
  milestones: readonly Milestone[],
  state: 'RELEASED' | 'REFUNDED',
  at: Date,
): readonly Milestone[] =>
  milestones.map((milestone) =>
    isHeld(milestone) ? { ...milestone, state, endedAt: at, acceptBy: null, dueAt: null } : milestone,
  )
