import { defineJob } from '@gigraph/shared/jobs'
import { z } from 'zod'

/** Tells those who have not written that they still can. Runs when a reminder is due, and every ten minutes for what was missed. */
export const remindReviewers = defineJob({
  name: 'remind-reviewers',
  queue: 'reviews',
  schema: z.object({}),
  every: '10m',
})
