import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { after } from '@gigraph/shared/time'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { sendAccountNotice } from '../mail/mail-jobs.ts'
import { ownPasswordHash } from '../password/own-password.ts'
import { passwordText } from '../password/password.ts'
import { requireFreshSession, requireSession } from '../session/require-session.ts'
import { findUserForUpdate, updateUser } from '../user/user-store.ts'
import { findObligations } from './obligations.ts'

/** Time to think again, and for what is under way to end. */
const GRACE = '14d'

const input = z.object({ password: passwordText, forfeitPoints: z.boolean().nullish() })

/** Schedules the deletion of the viewer's account. Their other sessions go on: a thief must not be able to hide it. */
export const deleteAccount = async (ctx: Context, raw: unknown): Promise<Result<Date>> => {
  const viewer = await requireFreshSession(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  if (!(await ownPasswordHash(ctx, viewer, parsed.value.password)))
    return fail('INVALID_CREDENTIALS', 'The password is wrong.', { field: ['input', 'password'] })
  const { open, points } = await findObligations(ctx, viewer.id)
  if (open.length > 0) return fail('INVALID_STATE', open.join(' '), { allowed: [] })
  if (points > 0 && !parsed.value.forfeitPoints)
    return fail('INVALID_STATE', `You have ${points} points left. Use them, or give them up with forfeitPoints.`, {
      field: ['input', 'forfeitPoints'],
      allowed: [],
    })
  return transaction(ctx.db, async (tx) => {
    const user = await findUserForUpdate(tx, viewer.id)
    if (user.deletionDueAt)
      return fail('INVALID_STATE', 'The account is to be deleted already.', { allowed: ['cancelAccountDeletion'] })
    const deletionDueAt = after(ctx.clock.now(), GRACE)
    await updateUser(tx, user.id, { deletionDueAt })
    await ctx.enqueue(tx, sendAccountNotice, { userId: user.id, notice: 'DELETION_SCHEDULED' })
    return ok(deletionDueAt)
  })
}

/** Keeps the account after all. */
export const cancelAccountDeletion = async (ctx: Context): Promise<Result<{ readonly id: string }>> => {
  const { id } = await requireSession(ctx)
  return transaction(ctx.db, async (tx) => {
    const user = await findUserForUpdate(tx, id)
    if (!user.deletionDueAt)
      return fail('INVALID_STATE', 'The account is not to be deleted.', { allowed: ['deleteAccount'] })
    await updateUser(tx, id, { deletionDueAt: null })
    return ok({ id })
  })
}
