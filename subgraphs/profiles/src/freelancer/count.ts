import type { Transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'
import { freelancerLevelChanged } from '../events.ts'
import type { FreelancerProfile } from './freelancer.ts'
import { createMissing, findOptionalForUpdate, save } from './freelancer-store.ts'
import { levelOf } from './level.ts'

/**
 * Adds to a freelancer's numbers and lets the level follow. An event may arrive before the registration's own: the profile is
 * made then; an erased one stays erased.
 */
export const count = async (
  ctx: Context,
  tx: Transaction,
  userId: string,
  add: (profile: FreelancerProfile) => Partial<FreelancerProfile>,
): Promise<void> => {
  await createMissing(tx, { userId, displayName: '', at: ctx.clock.now() })
  const profile = await findOptionalForUpdate(tx, userId)
  if (!profile) return
  const changes = add(profile)
  const level = levelOf({ ...profile, ...changes })
  await save(tx, userId, { ...changes, level })
  if (level !== profile.level) await ctx.publish(tx, freelancerLevelChanged, { userId, from: profile.level, to: level })
}
