import { requireViewer } from '@gigraph/shared/auth'
import { parseInput, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { changeFreelancer } from './change-freelancer.ts'
import { type FreelancerProfile, freelancerChanges } from './freelancer.ts'

/** Changes the given fields of the viewer's freelancer profile; null empties a field, absence leaves it. */
export const updateFreelancerProfile = async (ctx: Context, raw: unknown): Promise<Result<FreelancerProfile>> => {
  requireViewer(ctx)
  const parsed = parseInput(freelancerChanges, raw)
  if (!parsed.ok) return parsed
  const { headline, bio, hourlyRate, country, timeZone, languages } = parsed.value
  return changeFreelancer(ctx, async () => ({
    ...(headline !== undefined && { headline: headline ?? '' }),
    ...(bio !== undefined && { bio: bio ?? '' }),
    ...(hourlyRate !== undefined && {
      hourlyRateMinor: hourlyRate?.amountMinor ?? null,
      hourlyRateCurrency: hourlyRate?.currency ?? null,
    }),
    ...(country !== undefined && { country }),
    ...(timeZone !== undefined && { timeZone }),
    ...(languages !== undefined && {
      languages: languages ?? [],
      languageCodes: (languages ?? []).map((language) => language.code),
    }),
  }))
}
