import { bind } from '@gigraph/shared/service'
import { inArray } from 'drizzle-orm'
import { verifyKey } from './api-key/verify-key.ts'
import type { Context } from './context.ts'
import { deadSessions, revokedSince, usersByIds, verifyApiKey } from './internal.ts'
import { listDeadSessions } from './session/list-dead-sessions.ts'
import { listRevoked } from './session/list-revoked.ts'
import { users } from './tables.ts'
import { statusOf } from './user/user.ts'

const { implementProcedure } = bind<Context>()

/** What other services and the gateway ask. */
export const procedures = [
  implementProcedure(usersByIds, async (ctx, { ids }) => {
    if (ids.length === 0) return { users: [] }
    const found = await ctx.db.select().from(users).where(inArray(users.id, ids))
    const now = ctx.clock.now()
    return {
      users: found.map((user) => ({
        id: user.id,
        handle: user.handle,
        displayName: user.displayName,
        email: user.email ?? '',
        locale: user.locale,
        timeZone: user.timeZone,
        roles: user.roles,
        status: statusOf(user, now),
      })),
    }
  }),
  implementProcedure(verifyApiKey, async (ctx, input) => ({ viewer: await verifyKey(ctx, input) })),
  implementProcedure(deadSessions, async (ctx, { sessionIds }) => ({ dead: await listDeadSessions(ctx, sessionIds) })),
  implementProcedure(revokedSince, (ctx, { since }) => listRevoked(ctx, new Date(since))),
]
