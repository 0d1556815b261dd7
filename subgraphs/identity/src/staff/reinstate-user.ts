import { type Transaction, transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { userReinstated } from '../events.ts'
import { sendAccountNotice } from '../mail/mail-jobs.ts'
import type { User } from '../user/user.ts'
import { updateUser } from '../user/user-store.ts'
import { writeAudit } from './audit-store.ts'
import { findSubject, reason, requireStaff } from './require-staff.ts'

const input = z.object({ userId: z.string(), reason })

/** Opens a suspended account: what staff does by hand and the clock by itself. */
export const reinstate = async (ctx: Context, tx: Transaction, user: User, why: string): Promise<User> => {
  const userId = user.id
  const reinstated = await updateUser(tx, userId, { suspendedAt: null, suspendedUntil: null, suspensionReason: null })
  const before = { status: 'SUSPENDED', reason: user.suspensionReason }
  await writeAudit(ctx, tx, {
    action: 'USER_REINSTATED',
    subjectId: userId,
    reason: why,
    before,
    after: { status: 'ACTIVE' },
  })
  await ctx.publish(tx, userReinstated, { userId })
  await ctx.enqueue(tx, sendAccountNotice, { userId, notice: 'REINSTATED' })
  return reinstated
}

/** Lifts a suspension. */
export const reinstateUser = async (ctx: Context, raw: unknown): Promise<Result<User>> => {
  await requireStaff(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  return transaction(ctx.db, async (tx) => {
    const user = await findSubject(tx, parsed.value.userId)
    if (!user.suspendedAt || user.deletedAt)
      return fail('INVALID_STATE', 'The account is not suspended.', { allowed: [] })
    return ok(await reinstate(ctx, tx, user, parsed.value.reason))
  })
}
