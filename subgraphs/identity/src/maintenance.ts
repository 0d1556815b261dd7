import { transaction } from '@gigraph/shared/database'
import { defineJob } from '@gigraph/shared/jobs'
import { bind } from '@gigraph/shared/service'
import { after } from '@gigraph/shared/time'
import { and, isNotNull, isNull, lt, lte } from 'drizzle-orm'
import { z } from 'zod'
import type { Context } from './context.ts'
import { removeOldChallenges } from './login/challenge-store.ts'
import { removeOldPasskeyChallenges } from './passkey/passkey-challenge-store.ts'
import { removeOldCounts } from './rate-limit/rate-limit.ts'
import { removeOldSessions } from './session/session-store.ts'
import { reinstate } from './staff/reinstate-user.ts'
import { mailTokens, trustedDevices, users } from './tables.ts'
import { findUserForUpdate, removeOldReservations } from './user/user-store.ts'

const BATCH = 100

/** Lifts suspensions whose end has come: the deadline stands in the database, the sweep only finds it. */
export const endSuspensions = defineJob({
  name: 'end-suspensions',
  queue: 'identity.deadlines',
  every: '1m',
  schema: z.object({}),
})

/** Removes what has run out. */
export const removeExpired = defineJob({
  name: 'remove-expired',
  queue: 'identity.deadlines',
  every: '1h',
  schema: z.object({}),
})

const { implementJob } = bind<Context>()

export const maintenanceJobs = [
  implementJob(endSuspensions, async (ctx) => {
    const now = ctx.clock.now()
    const due = await ctx.db
      .select({ id: users.id })
      .from(users)
      .where(and(isNotNull(users.suspendedAt), isNull(users.deletedAt), lte(users.suspendedUntil, now)))
      .limit(BATCH)
    for (const { id } of due)
      await transaction(ctx.db, async (tx) => {
        const user = await findUserForUpdate(tx, id)
        if (user.suspendedAt && user.suspendedUntil && user.suspendedUntil <= now)
          await reinstate(ctx, tx, user, 'The time of the suspension is over.')
      })
  }),

  implementJob(removeExpired, async (ctx) => {
    const now = ctx.clock.now()
    // Kept a while after their end: for support, and so that a late answer is still recognized as late.
    const longAgo = after(now, '-30d')
    await removeOldCounts(ctx)
    await removeOldReservations(ctx.db, now)
    await removeOldPasskeyChallenges(ctx.db, now)
    await removeOldChallenges(ctx.db, longAgo)
    await removeOldSessions(ctx.db, longAgo)
    await ctx.db.delete(mailTokens).where(lt(mailTokens.expiresAt, longAgo))
    await ctx.db.delete(trustedDevices).where(lt(trustedDevices.expiresAt, now))
  }),
]
