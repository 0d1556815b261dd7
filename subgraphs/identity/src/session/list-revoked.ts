import { after } from '@gigraph/shared/time'
import { and, eq, gte, isNotNull, lte, or } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { apiKeys, sessions, users } from '../tables.ts'

/** A transaction ends within 8 s: one that was open at the last answer shows in the next. Telling twice does no harm. */
const OVERLAP = '10s'
/** Longer than any access token lives. */
const FURTHEST = '1h'

/** Sessions and API keys that ended since an instant, and the instant to ask from next time. */
export const listRevoked = async (ctx: Context, asked: Date) => {
  const now = ctx.clock.now()
  const since = new Date(Math.max(asked.getTime(), after(now, `-${FURTHEST}`).getTime()))
  const ended = await ctx.db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(isNotNull(sessions.endedAt), gte(sessions.endedAt, since)))
  const stopped = await ctx.db
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.userId))
    .where(
      or(
        gte(apiKeys.revokedAt, since),
        and(gte(apiKeys.expiresAt, since), lte(apiKeys.expiresAt, now)),
        gte(users.suspendedAt, since),
      ),
    )
  return {
    sessionIds: [...ended, ...stopped].map(({ id }) => id),
    until: after(now, `-${OVERLAP}`).toISOString(),
  }
}
