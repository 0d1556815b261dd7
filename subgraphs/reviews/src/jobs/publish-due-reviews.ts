import { defineJob } from '@gigraph/shared/jobs'
import { z } from 'zod'

/** Publishes the reviews of windows whose time is over. Runs when one ends, and every minute for what was missed. */
export const publishDueReviews = defineJob({
  name: 'publish-due-reviews',
  queue: 'reviews',
  schema: z.object({}),
  every: '1m',
})
