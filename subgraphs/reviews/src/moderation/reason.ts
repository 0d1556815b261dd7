import { z } from 'zod'

/** Why staff decide so; the author reads it. */
export const decisionReason = z
  .string()
  .trim()
  .min(3, { error: 'Say why.' })
  .max(2_000, { error: 'Write at most 2,000 characters.' })
