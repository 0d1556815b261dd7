import type { Database } from '@gigraph/shared/database'
import { inArray, sql } from 'drizzle-orm'
import { rateLimits } from '../tables.ts'
import type { Counters } from './counters.ts'

/** Counts in the service's own database, in a transaction of its own: a try counts whatever becomes of it. */
export const postgresCounters = (db: Database): Counters => ({
  add: async ({ key, now, resetsAt }) => {
    const fresh = { key, count: 1, resetsAt }
    const over = sql`${rateLimits.resetsAt} <= ${now.toISOString()}::timestamptz`
    const [counted] = await db
      .insert(rateLimits)
      .values(fresh)
      .onConflictDoUpdate({
        target: rateLimits.key,
        set: {
          count: sql`case when ${over} then 1 else ${rateLimits.count} + 1 end`,
          resetsAt: sql`case when ${over} then excluded.resets_at else ${rateLimits.resetsAt} end`,
        },
      })
      .returning()
    return counted ?? fresh
  },
  remove: async (keys) => {
    await db.delete(rateLimits).where(inArray(rateLimits.key, [...keys]))
  },
  close: async () => {},
})
