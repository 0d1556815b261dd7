import { transaction } from '@gigraph/shared/database'
import { type Failure, fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { requireFreshSession } from '../session/require-session.ts'
import { findCredentials, findUser, findUserForUpdate } from '../user/user-store.ts'
import { ownPasswordHash } from './own-password.ts'
import { passwordText } from './password.ts'
import { hashPassword } from './password-hash.ts'
import { faultFor, setPassword } from './set-password.ts'

const input = z.object({ currentPassword: passwordText, newPassword: passwordText })

const wrong = (): Failure =>
  fail('INVALID_CREDENTIALS', 'The current password is wrong.', { field: ['input', 'currentPassword'] })

/** Changes the viewer's password. The session that asks goes on; all others end. */
export const changePassword = async (ctx: Context, raw: unknown): Promise<Result<{ readonly id: string }>> => {
  const viewer = await requireFreshSession(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { currentPassword, newPassword } = parsed.value
  const user = await findUser(ctx.db, viewer.id)
  const currentHash = await ownPasswordHash(ctx, viewer, currentPassword)
  if (!currentHash) return wrong()
  const fault =
    newPassword === currentPassword ? 'This is the password so far.' : await faultFor(ctx.db, user, newPassword)
  if (fault) return fail('VALIDATION', fault, { field: ['input', 'newPassword'] })
  const passwordHash = await hashPassword(newPassword)
  return transaction(ctx.db, async (tx) => {
    // Of two changes at once one counts: the other's current password is none any more.
    await findUserForUpdate(tx, user.id)
    if ((await findCredentials(tx, user.id)).passwordHash !== currentHash) return wrong()
    await setPassword(ctx, tx, { user, passwordHash, except: viewer.sessionId })
    return ok({ id: user.id })
  })
}
