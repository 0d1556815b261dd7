import { transaction } from '@gigraph/shared/database'
import { defineJob } from '@gigraph/shared/jobs'
import { bind } from '@gigraph/shared/service'
import { after } from '@gigraph/shared/time'
import { and, asc, isNull, lte } from 'drizzle-orm'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { users } from '../tables.ts'
import { UNVERIFIED_LIFETIME } from '../user/user.ts'
import { findUserForUpdate, updateUser } from '../user/user-store.ts'
import { eraseUser } from './erase-user.ts'
import { findObligations } from './obligations.ts'

const BATCH = 50
/** An order that was begun, or money that was earned, within the grace puts the deletion off by this much, again and again. */
const PUT_OFF = '1d'

/** Deletes the accounts whose grace is over, and those that nobody ever verified: the deadline stands in the database, the sweep only finds it. */
export const deleteDueAccounts = defineJob({
  name: 'delete-due-accounts',
  queue: 'identity.deadlines',
  every: '5m',
  schema: z.object({}),
})

export const deleteDueAccountsJob = bind<Context>().implementJob(deleteDueAccounts, async (ctx) => {
  const now = ctx.clock.now()
  const due = await ctx.db
    .select({ id: users.id })
    .from(users)
    .where(and(lte(users.deletionDueAt, now), isNull(users.deletedAt)))
    .orderBy(asc(users.deletionDueAt))
    .limit(BATCH)
  for (const { id } of due) await deleteDue(ctx, id, now)
  await removeUnverified(ctx, now)
})

const deleteDue = async (ctx: Context, id: string, now: Date): Promise<void> => {
  const { open } = await findObligations(ctx, id)
  await transaction(ctx.db, async (tx) => {
    const user = await findUserForUpdate(tx, id)
    // Cancelled or done by another worker meanwhile.
    if (!user.deletionDueAt || user.deletionDueAt > now) return
    if (open.length > 0) await updateUser(tx, id, { deletionDueAt: after(now, PUT_OFF) })
    else await eraseUser(ctx, tx, user)
  })
}

const removeUnverified = async (ctx: Context, now: Date): Promise<void> => {
  const forgotten = await ctx.db
    .select({ id: users.id })
    .from(users)
    .where(
      and(
        isNull(users.emailVerifiedAt),
        isNull(users.deletedAt),
        lte(users.createdAt, after(now, `-${UNVERIFIED_LIFETIME}`)),
      ),
    )
    .limit(BATCH)
  for (const { id } of forgotten)
    await transaction(ctx.db, async (tx) => {
      const user = await findUserForUpdate(tx, id)
      if (!user.emailVerifiedAt && !user.deletedAt) await eraseUser(ctx, tx, user)
    })
}
