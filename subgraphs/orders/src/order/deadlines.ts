import { defineJob } from '@gigraph/shared/jobs'
import { z } from 'zod'
import type { FullOrder, OrderEvent } from './order.ts'
import type { Details } from './rules.ts'

/** Does what is due for one order; prompt, while the sweeper finds what a lost job missed. */
export const enforceDeadline = defineJob({
  name: 'enforce-order-deadline',
  queue: 'orders.deadlines',
  schema: z.object({ orderId: z.uuid() }),
})

export const sweepDeadlines = defineJob({
  name: 'sweep-order-deadlines',
  queue: 'orders.deadlines',
  schema: z.object({}),
  every: '1m',
})

interface Due {
  readonly at: Date
  readonly event: OrderEvent
  readonly details: Details
}

/** Everything that has a deadline. Silence is consent to a cancellation, and none to more time. */
const deadlinesOf = (order: FullOrder): Due[] => [
  ...order.requests
    .filter(({ state }) => state === 'OPEN')
    .map(
      ({ kind, answerBy }): Due =>
        kind === 'CANCELLATION'
          ? { at: answerBy, event: 'ANSWER_CANCELLATION', details: { accept: true } }
          : { at: answerBy, event: 'ANSWER_EXTENSION', details: { accept: false } },
    ),
  ...order.milestones.flatMap(({ id, acceptBy }): Due[] =>
    acceptBy ? [{ at: acceptBy, event: 'ACCEPT_MILESTONE', details: { milestoneId: id } }] : [],
  ),
  ...(order.deadline && order.deadlineAt ? [{ at: order.deadlineAt, event: order.deadline, details: {} }] : []),
]

/** What the passing of time does to the order first; undefined when nothing is due. */
export const firstDue = (order: FullOrder, now: Date): Due | undefined =>
  deadlinesOf(order)
    .filter(({ at }) => at <= now)
    .sort((a, b) => a.at.getTime() - b.at.getTime())[0]

/** The earliest instant at which something happens to the order by itself. */
export const nextDueAt = (order: FullOrder): Date | null =>
  deadlinesOf(order).reduce<Date | null>((earliest, { at }) => (earliest && earliest <= at ? earliest : at), null)
