import { transaction } from '@gigraph/shared/database'
import { defineJob } from '@gigraph/shared/jobs'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { isAvailableNow } from './freelancer.ts'
import { lockUntold, save } from './freelancer-store.ts'
import { tellProfile } from './tell-profile.ts'

const BATCH = 200

/** Days away begin and end although nobody changes anything: tells others who can start at once now, and who cannot any more. */
export const tellAvailability = defineJob({
  name: 'tell-availability',
  queue: 'profiles.availability',
  schema: z.object({}),
  every: '900s',
})

export const runTellAvailability = async (ctx: Context): Promise<void> => {
  const now = ctx.clock.now()
  const tell = () =>
    transaction(ctx.db, async (tx) => {
      const untold = await lockUntold(tx, now, BATCH)
      for (const profile of untold) {
        await save(tx, profile.userId, { availableTold: isAvailableNow(profile, now) })
        await tellProfile(ctx, tx, profile)
      }
      return untold.length
    })
  while ((await tell()) === BATCH);
}
