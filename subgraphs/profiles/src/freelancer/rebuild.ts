import { transaction } from '@gigraph/shared/database'
import type { Rebuilt, ServiceContext } from '@gigraph/shared/service'
import { asc, gt } from 'drizzle-orm'
import { freelancerProfiles } from '../tables.ts'
import { projectFreelancers } from './project-freelancers.ts'

const BATCH = 500

/**
 * Computes every freelancer's numbers, level and name anew from the facts that this service has kept, a batch to a transaction, while
 * the service runs.
 *
 * @returns how many profiles there are, and how many of them were wrong
 */
export const rebuildFreelancers = async (ctx: Pick<ServiceContext, 'db' | 'publish'>): Promise<Rebuilt> => {
  let seen = 0
  let corrected = 0
  for (let last: string | undefined; ; ) {
    const batch = await ctx.db
      .select({ userId: freelancerProfiles.userId })
      .from(freelancerProfiles)
      .where(last ? gt(freelancerProfiles.userId, last) : undefined)
      .orderBy(asc(freelancerProfiles.userId))
      .limit(BATCH)
    last = batch.at(-1)?.userId
    if (!last) return { seen, corrected }
    const ids = batch.map(({ userId }) => userId)
    corrected += await transaction(ctx.db, (tx) => projectFreelancers(ctx, tx, ids))
    seen += ids.length
  }
}
