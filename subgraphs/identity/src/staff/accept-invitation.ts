import { transaction } from '@gigraph/shared/database'
import { type Failure, fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { userEmailVerified } from '../events.ts'
import { findOptionalToken, useToken } from '../mail/mail-token.ts'
import { passwordText } from '../password/password.ts'
import { hashPassword } from '../password/password-hash.ts'
import { faultFor } from '../password/set-password.ts'
import { tokensByAddress } from '../rate-limit/limits.ts'
import { requireCalm } from '../rate-limit/rate-limit.ts'
import type { User } from '../user/user.ts'
import { findOptionalUser, updateCredentials, updateUser } from '../user/user-store.ts'

const input = z.object({ token: z.string().min(1).max(200), password: passwordText })

const expired = (): Failure => fail('EXPIRED', 'This invitation is used or too old. Ask for a new one.')

/** Lets an invited colleague choose a password; whoever has the link reads the mailbox, so the address is verified. */
export const acceptInvitation = async (ctx: Context, raw: unknown): Promise<Result<User>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  await requireCalm(ctx, tokensByAddress)
  const { token, password } = parsed.value
  const now = ctx.clock.now()
  const found = await findOptionalToken(ctx.db, token, 'ACCEPT_INVITATION', now)
  const user = found && (await findOptionalUser(ctx.db, found.userId))
  if (!found || user?.email !== found.email) return expired()
  const fault = await faultFor(ctx.db, user, password)
  if (fault) return fail('VALIDATION', fault, { field: ['input', 'password'] })
  const passwordHash = await hashPassword(password)
  return transaction(ctx.db, async (tx) => {
    if (!(await useToken(tx, token, 'ACCEPT_INVITATION', now))) return expired()
    await updateCredentials(tx, user.id, { passwordHash, changedAt: now })
    await ctx.publish(tx, userEmailVerified, { userId: user.id, roles: user.roles })
    return ok(await updateUser(tx, user.id, { emailVerifiedAt: now, termsAcceptedAt: now }))
  })
}
