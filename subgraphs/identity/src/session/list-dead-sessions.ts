import { inArray } from 'drizzle-orm'
import { listGoodKeyOwners } from '../api-key/api-key-store.ts'
import type { Context } from '../context.ts'
import { users } from '../tables.ts'
import { statusOf } from '../user/user.ts'
import { isAlive } from './session.ts'
import { listSessionsByIds } from './session-store.ts'

/** Those of the ids of sessions and API keys that no longer work: ended, run out, revoked, unknown, or of a closed account. */
export const listDeadSessions = async (ctx: Context, ids: readonly string[]): Promise<string[]> => {
  if (ids.length === 0) return []
  const now = ctx.clock.now()
  const living = (await listSessionsByIds(ctx.db, ids)).filter((session) => isAlive(session, now))
  const ownerIds = [...new Set(living.map(({ userId }) => userId))]
  const owners = ownerIds.length > 0 ? await ctx.db.select().from(users).where(inArray(users.id, ownerIds)) : []
  const active = new Set(owners.filter((user) => statusOf(user, now) === 'ACTIVE').map(({ id }) => id))
  const keys = await listGoodKeyOwners(ctx.db, ids, now)
  const good = new Set([
    ...living.filter(({ userId }) => active.has(userId)).map(({ id }) => id),
    ...keys.filter(({ user }) => statusOf(user, now) === 'ACTIVE').map(({ id }) => id),
  ])
  return ids.filter((id) => !good.has(id))
}
