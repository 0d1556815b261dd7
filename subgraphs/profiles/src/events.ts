import { event } from '@gigraph/shared/events'
import { z } from 'zod'

const userId = z.uuid()

/** Levels of freelancers, lowest first. */
export const freelancerLevels = ['NEW', 'RISING', 'ESTABLISHED', 'TOP'] as const

export const profileUpdated = event('profile.updated', 1, {
  userId,
  headline: z.string(),
  country: z.string().nullable(),
  languages: z.array(z.string()),
  availableNow: z.boolean(),
})
export const freelancerLevelChanged = event('freelancer.level_changed', 1, {
  userId,
  from: z.enum(freelancerLevels),
  to: z.enum(freelancerLevels),
})
export const clientVerified = event('client.verified', 1, { userId })
export const clientRejected = event('client.rejected', 1, { userId, reason: z.string() })
