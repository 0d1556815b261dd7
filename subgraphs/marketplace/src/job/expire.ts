import { transaction } from '@gigraph/shared/database'
import { defineJob } from '@gigraph/shared/jobs'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { offerExpired } from '../events.ts'
import { expireDue as expireOffers } from '../offer/offer-store.ts'
import { expireDue as expireJobs } from './job-store.ts'
import { tellExpired } from './tell-closed.ts'

/** Notes what has expired and tells it. What expires is refused from its instant on, whether or not this has run. */
export const expireListings = defineJob({
  name: 'expire-listings',
  queue: 'marketplace.deadlines',
  schema: z.object({}),
  every: '60s',
})

export const runExpireListings = (ctx: Context): Promise<void> =>
  transaction(ctx.db, async (tx) => {
    const now = ctx.clock.now()
    for (const job of await expireJobs(tx, now)) await tellExpired(ctx, tx, job)
    for (const { id: offerId, freelancerId, clientId, title } of await expireOffers(tx, now))
      await ctx.publish(tx, offerExpired, { offerId, freelancerId, clientId, title })
  })
