import { transaction } from '@gigraph/shared/database'
import { type Failure, fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { userEmailVerified } from '../events.ts'
import { findOptionalToken, useToken } from '../mail/mail-token.ts'
import { loginsByAccount, tokensByAddress } from '../rate-limit/limits.ts'
import { forgive, requireCalm } from '../rate-limit/rate-limit.ts'
import type { User } from '../user/user.ts'
import { findOptionalUser, updateUser } from '../user/user-store.ts'
import { passwordText } from './password.ts'
import { hashPassword } from './password-hash.ts'
import { faultFor, setPassword } from './set-password.ts'

const input = z.object({ token: z.string().min(1).max(200), newPassword: passwordText })

const expired = (): Failure =>
  fail('EXPIRED', 'This link is used or too old. Ask for a new one.', { field: ['input', 'token'] })

/** Sets a new password with the link of a mail. A password that is refused does not use the link up. */
export const resetPassword = async (ctx: Context, raw: unknown): Promise<Result<User>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  await requireCalm(ctx, tokensByAddress)
  const { token, newPassword } = parsed.value
  const now = ctx.clock.now()
  const found = await findOptionalToken(ctx.db, token, 'RESET_PASSWORD', now)
  const user = found && (await findOptionalUser(ctx.db, found.userId))
  if (!found || user?.email !== found.email) return expired()
  const fault = await faultFor(ctx.db, user, newPassword)
  if (fault) return fail('VALIDATION', fault, { field: ['input', 'newPassword'] })

  const passwordHash = await hashPassword(newPassword)
  const result = await transaction(ctx.db, async (tx) => {
    if (!(await useToken(tx, token, 'RESET_PASSWORD', now))) return expired()
    await setPassword(ctx, tx, { user, passwordHash })
    if (user.emailVerifiedAt) return ok(user)
    // Whoever reads that mailbox has just proved it.
    await ctx.publish(tx, userEmailVerified, { userId: user.id, roles: user.roles })
    return ok(await updateUser(tx, user.id, { emailVerifiedAt: now }))
  })
  if (result.ok && result.value.email) await forgive(ctx, [[loginsByAccount, result.value.email]])
  return result
}
