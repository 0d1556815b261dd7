import { requireViewer } from '@gigraph/shared/auth'
import { parseInput, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { changeFreelancer } from './change-freelancer.ts'
import { availabilityChange, type FreelancerProfile } from './freelancer.ts'

/** Replaces the viewer's availability. */
export const setAvailability = async (ctx: Context, raw: unknown): Promise<Result<FreelancerProfile>> => {
  requireViewer(ctx)
  const parsed = parseInput(availabilityChange, raw)
  if (!parsed.ok) return parsed
  const { status, hoursPerWeek, awayFrom, awayTo, note } = parsed.value
  return changeFreelancer(ctx, async () => ({
    availability: status,
    hoursPerWeek: hoursPerWeek ?? null,
    awayFromOn: awayFrom ?? null,
    awayToOn: awayTo ?? null,
    availabilityNote: note ?? '',
  }))
}
