import { defineJob } from '@gigraph/shared/jobs'
import { z } from 'zod'
import type { FullOrder } from './order.ts'

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

/** The earliest instant at which something happens to the order by itself. */
export const nextDueAt = ({ deadlineAt, requests, milestones }: FullOrder): Date | null =>
  [
    deadlineAt,
    ...requests.map(({ state, answerBy }) => (state === 'OPEN' ? answerBy : null)),
    ...milestones.map(({ acceptBy }) => acceptBy),
  ].reduce((earliest, each) => (each && (!earliest || each < earliest) ? each : earliest), null)
