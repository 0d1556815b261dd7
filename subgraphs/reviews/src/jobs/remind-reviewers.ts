import { defineJob } from '@gigraph/shared/jobs'
import { z } from 'zod'

/** Tells those who have not written that the window of an order is open. */
export const remindReviewers = defineJob({
  name: 'remind-reviewers',
  queue: 'reviews',
  schema: z.object({ orderId: z.uuid() }),
})
