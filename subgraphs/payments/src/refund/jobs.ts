import { defineJob } from '@gigraph/shared/jobs'
import { z } from 'zod'

/** Asks Stripe for a decided refund. */
export const issueRefund = defineJob({
  name: 'issue-refund',
  queue: 'payments.refunds',
  schema: z.object({ refundId: z.uuid() }),
  attempts: 12,
})

/** Asks again for the refunds whose job was lost. */
export const issueWaitingRefunds = defineJob({
  name: 'issue-waiting-refunds',
  queue: 'payments.refunds',
  schema: z.object({}),
  every: '15m',
})
