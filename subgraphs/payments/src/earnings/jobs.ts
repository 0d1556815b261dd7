import { defineJob } from '@gigraph/shared/jobs'
import { z } from 'zod'

/** Makes an earning available when its clearance is over. */
export const clearEarnings = defineJob({
  name: 'clear-earning',
  queue: 'payments.clearance',
  schema: z.object({ earningId: z.uuid() }),
})

/** Finds the earnings whose job was lost. */
export const clearDueEarnings = defineJob({
  name: 'clear-due-earnings',
  queue: 'payments.clearance',
  schema: z.object({}),
  every: '10m',
})
