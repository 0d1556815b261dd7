import { after, type Duration } from '@gigraph/shared/time'
import type { How } from './machine.ts'
import {
  type Actor,
  type ChangeRequest,
  endHeldMilestones,
  type Fault,
  type FullOrder,
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

/** Open requests need no answer any more. */
export const lapsed = (requests: readonly ChangeRequest[], at: Date): readonly ChangeRequest[] =>
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
