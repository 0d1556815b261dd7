import { ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'

export type Decision = 'approve' | 'reject' | 'suspend'

/** Decisions as the event tells them. */
export const DECIDED = { approve: 'APPROVED', reject: 'REJECTED', suspend: 'SUSPENDED' } as const

export interface DecisionInput {
  readonly listingId: string
  readonly reason?: string
}

const schema = z.object({
  reason: z
    .string()
    .trim()
    .min(10, { error: 'Give the owner a reason of at least 10 characters.' })
    .max(1_000, { error: 'A reason has at most 1,000 characters.' }),
})

/** The reason that the owner reads; an approval has none. */
export const reasonOf = (decision: Decision | 'edit', input: DecisionInput): Result<string | null> => {
  if (decision === 'approve') return ok(null)
  const parsed = parseInput(schema, input)
  return parsed.ok ? ok(parsed.value.reason) : parsed
}
