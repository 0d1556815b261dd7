import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { userEmailVerified } from '../events.ts'
import { useToken, voidTokens } from '../mail/mail-token.ts'
import { tokensByAddress } from '../rate-limit/limits.ts'
import { requireCalm } from '../rate-limit/rate-limit.ts'
import type { User } from './user.ts'
import { findUserForUpdate, updateUser } from './user-store.ts'

const input = z.object({ token: z.string().min(1).max(200) })

/** Uses the link of a verification mail: single use, 24 hours. */
export const verifyEmail = async (ctx: Context, raw: unknown): Promise<Result<User>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  await requireCalm(ctx, tokensByAddress)
  return transaction(ctx.db, async (tx) => {
    const now = ctx.clock.now()
    const token = await useToken(tx, parsed.value.token, 'VERIFY_EMAIL', now)
    const user = token && (await findUserForUpdate(tx, token.userId))
    if (!token || user?.email !== token.email)
      return fail('EXPIRED', 'This link is used or too old. Ask for a new one.', { field: ['input', 'token'] })
    await voidTokens(tx, user.id, 'VERIFY_EMAIL', now)
    if (user.emailVerifiedAt) return ok(user)
    await ctx.publish(tx, userEmailVerified, { userId: user.id, roles: user.roles })
    return ok(await updateUser(tx, user.id, { emailVerifiedAt: now }))
  })
}
