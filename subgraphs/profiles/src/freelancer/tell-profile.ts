import type { Transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'
import { profileUpdated } from '../events.ts'
import { type FreelancerProfile, isAvailableNow } from './freelancer.ts'

/** Tells what search elsewhere needs to know of a freelancer. */
export const tellProfile = (ctx: Context, tx: Transaction, profile: FreelancerProfile): Promise<void> =>
  ctx.publish(tx, profileUpdated, {
    userId: profile.userId,
    headline: profile.headline,
    country: profile.country,
    languages: [...profile.languageCodes],
    availableNow: isAvailableNow(profile, ctx.clock.now()),
  })
