import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { userSuspended } from '../events.ts'
import { sendAccountNotice } from '../mail/mail-jobs.ts'
import { endSessions } from '../session/end-sessions.ts'
import { statusOf, type User } from '../user/user.ts'
import { updateUser } from '../user/user-store.ts'
import { writeAudit } from './audit-store.ts'
import { findSubject, reason, requireStaff } from './require-staff.ts'

const input = z.object({ userId: z.string(), reason, until: z.date().nullish() })

/** Closes an account; its sessions end, its API keys stop, other services pause what is the person's. */
export const suspendUser = async (ctx: Context, raw: unknown): Promise<Result<User>> => {
  const viewer = await requireStaff(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { userId, reason } = parsed.value
  const until = parsed.value.until ?? null
  const now = ctx.clock.now()
  if (until && until <= now) return fail('VALIDATION', 'The end lies in the past.', { field: ['input', 'until'] })
  if (userId === viewer.id) return fail('NOT_ALLOWED', 'You cannot suspend yourself.')
  return transaction(ctx.db, async (tx) => {
    const user = await findSubject(tx, userId)
    const status = statusOf(user, now)
    if (status !== 'ACTIVE')
      return fail('INVALID_STATE', `The account is ${status.toLowerCase()}.`, {
        allowed: status === 'SUSPENDED' ? ['reinstateUser'] : [],
      })
    const suspended = await updateUser(tx, userId, {
      suspendedAt: now,
      suspendedUntil: until,
      suspensionReason: reason,
    })
    await endSessions(ctx, tx, { userId }, 'SUSPENDED')
    const after = { status: 'SUSPENDED', until: until?.toISOString() ?? null }
    await writeAudit(ctx, tx, { action: 'USER_SUSPENDED', subjectId: userId, reason, before: { status }, after })
    await ctx.publish(tx, userSuspended, { userId, reason, until: until?.toISOString() ?? null })
    await ctx.enqueue(tx, sendAccountNotice, { userId, notice: 'SUSPENDED' })
    return ok(suspended)
  })
}
