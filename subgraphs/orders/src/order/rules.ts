import { after, type Duration } from '@gigraph/shared/time'
import type { How } from './machine.ts'
import {
  type Actor,
  type ChangeRequest,
  endHeldMilestones,
  type Fault,
  type FullOrder,
  isHeld,
  type Milestone,
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
  readonly answerUploads?: Readonly<Record<string, string[]>>
  /** Files that go with what is written, by their ids. */
  readonly uploadIds?: string[]
  readonly amountMinor?: number
  readonly toSellerMinor?: number
  readonly milestoneId?: string | null
}
export type OrderHow = How<Actor, Details>
export type Guard = (order: FullOrder, how: OrderHow) => string | null
export type Change = (order: FullOrder, how: OrderHow) => Partial<FullOrder>

export const PAYMENT_TIME: Duration = '30m'
export const REQUIREMENTS_TIME: Duration = '14d'
export const ACCEPTANCE_TIME: Duration = '3d'
const LATE_GRACE: Duration = '24h'
export const CANCELLATION_ANSWER_TIME: Duration = '48h'
export const EXTENSION_ANSWER_TIME: Duration = '4d'
export const DISPUTE_ANSWER_TIME: Duration = '72h'
/** Who was refused, or took back what they asked, asks again after that. */
export const ASKING_PAUSE: Duration = '24h'

export const days = (count: number): Duration => `${count}d`
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

/** The next of the funded milestones' deliveries. */
export const dueOfMilestones = (milestones: readonly Milestone[]): Date | null =>
  earliest(milestones.map(({ state, dueAt }) => (state === 'FUNDED' ? dueAt : null)))

/** Work begins: the clock of the delivery runs. */
export const started: Change = (order, { at }) => {
  const milestones = order.milestones.map((milestone) =>
    milestone.state === 'FUNDED' ? { ...milestone, dueAt: after(at, days(milestone.deliveryDays)) } : milestone,
  )
  const dueAt = milestones.length > 0 ? dueOfMilestones(milestones) : after(at, days(order.terms.deliveryDays))
  return { startedAt: at, dueAt, milestones }
}

/** Open requests, of one kind or of any, need no answer any more. */
export const lapsed = (
  requests: readonly ChangeRequest[],
  at: Date,
  kind?: ChangeRequest['kind'],
): readonly ChangeRequest[] =>
  requests.map((request) =>
    request.state === 'OPEN' && (!kind || request.kind === kind)
      ? { ...request, state: 'LAPSED', answeredAt: at }
      : request,
  )

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

/** What is in the buyer's hands is judged before its money may go back: accepted, sent back for a revision, or disputed. */
export const nothingDelivered: Guard = ({ milestones }) =>
  milestones.some(({ state }) => state === 'DELIVERED')
    ? 'a milestone is delivered; it is accepted, sent back for a revision, or disputed first.'
    : null

/** Work that is paid step by step and has come to a halt: nothing of it is in escrow, and the next step need not ever be paid. */
const isHalted = ({ milestones }: FullOrder): boolean => milestones.length > 0 && !milestones.some(isHeld)

const isOverdue = (dueAt: Date | null, at: Date): boolean => dueAt !== null && at > after(dueAt, LATE_GRACE)

/** The buyer cancels work: without the seller's consent only when the seller cannot or does not deliver. */
const waitForLateness: Guard = (order, { at }) => {
  if (order.sellerSuspendedAt) return null
  // A step that was sent back has the time of its revision, however late another one is.
  const revised = order.milestones.filter(({ state, deliveredAt }) => state === 'FUNDED' && deliveredAt !== null)
  if (order.startedAt && isOverdue(order.dueAt, at) && revised.every(({ dueAt }) => isOverdue(dueAt, at))) return null
  return 'the seller is not more than 24 hours late; ask the seller with a cancellation request.'
}

/** Either side ends an order that has come to a halt; otherwise the buyer, when the seller is late and nothing waits for judgement. */
export const mayCancel: Guard = (order, how) => {
  if (isHalted(order)) return null
  if (how.by === 'SELLER') return 'ask the buyer with a cancellation request.'
  return first(nothingDelivered, waitForLateness)(order, how)
}

/** That nobody pays for more is nobody's fault. */
export const cancelled: Change = (order, how) => ended(isHalted(order) ? 'NOBODY' : 'SELLER')(order, how)
