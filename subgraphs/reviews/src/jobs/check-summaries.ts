import { defineJob } from '@gigraph/shared/jobs'
import { z } from 'zod'

/** Counts every summary anew from the reviews, to prove that none has drifted. */
export const checkSummaries = defineJob({
  name: 'check-summaries',
  queue: 'reviews',
  schema: z.object({}),
  every: '24h',
})
