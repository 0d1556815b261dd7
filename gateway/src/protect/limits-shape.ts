import { z } from 'zod'
import { LENIENT_LIMITS, type Limits } from './limits.ts'

const amount = z.number().int().positive().optional()

/** Limits as a person writes them down; names that are none are refused. */
export const limitsShape: z.ZodType<Partial<Limits>> = z.strictObject(
  Object.fromEntries(Object.keys(LENIENT_LIMITS).map((name) => [name, amount])),
)
