import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { requireFreshSession } from '../session/require-session.ts'
import { findUser } from '../user/user-store.ts'
import { isOwnPassword } from './own-password.ts'
import { passwordText } from './password.ts'
import { hashPassword } from './password-hash.ts'
import { faultFor, setPassword } from './set-password.ts'

const input = z.object({ currentPassword: passwordText, newPassword: passwordText })

/** Changes the viewer's password. The session that asks goes on; all others end. */
export const changePassword = async (ctx: Context, raw: unknown): Promise<Result<{ readonly id: string }>> => {
  const viewer = await requireFreshSession(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { currentPassword, newPassword } = parsed.value
  const user = await findUser(ctx.db, viewer.id)
  if (!(await isOwnPassword(ctx, viewer, currentPassword)))
    return fail('INVALID_CREDENTIALS', 'The current password is wrong.', { field: ['input', 'currentPassword'] })
  const fault =
    newPassword === currentPassword ? 'This is the password so far.' : await faultFor(ctx.db, user, newPassword)
  if (fault) return fail('VALIDATION', fault, { field: ['input', 'newPassword'] })
  const passwordHash = await hashPassword(newPassword)
  return transaction(ctx.db, async (tx) => {
    await setPassword(ctx, tx, { user, passwordHash, except: viewer.sessionId })
    return ok({ id: user.id })
  })
}
