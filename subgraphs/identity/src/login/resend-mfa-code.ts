import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { sendMfaCode } from '../mail/mail-jobs.ts'
import { codesByChallenge, codesByUser } from '../rate-limit/limits.ts'
import { isWithin } from '../rate-limit/rate-limit.ts'
import { findOptionalUser } from '../user/user-store.ts'
import { type LoginChallenge, type MfaMethod, MOST_FAILURES } from './challenge.ts'
import { findOptionalChallenge } from './challenge-store.ts'
import { methodsOf } from './methods.ts'

const input = z.object({ challengeId: z.uuid({ error: 'This is not a challenge; log in again.' }) })

/** Mails another code for a login. It replaces the earlier one; wrong answers stay counted. */
export const resendMfaCode = async (
  ctx: Context,
  raw: unknown,
): Promise<Result<LoginChallenge & { readonly methods: readonly MfaMethod[] }>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { challengeId } = parsed.value
  const challenge = await findOptionalChallenge(ctx.db, challengeId)
  const user = challenge && (await findOptionalUser(ctx.db, challenge.userId))
  if (!challenge || !user || challenge.solvedAt || challenge.expiresAt <= ctx.clock.now())
    return fail('EXPIRED', 'This login has expired. Log in again.')
  if (challenge.failures >= MOST_FAILURES) return fail('LIMIT_EXCEEDED', 'Too many wrong codes. Log in again.')
  const methods = await methodsOf(ctx.db, user)
  if (!methods.includes('EMAIL'))
    return fail('NOT_AVAILABLE', 'This account takes no codes by mail. Use your authenticator app.')
  if (!(await isWithin(ctx, codesByChallenge, challengeId)) || !(await isWithin(ctx, codesByUser, user.id)))
    return fail('LIMIT_EXCEEDED', 'We have sent you many codes. Wait a while and try again.')
  return transaction(ctx.db, async (tx) => {
    await ctx.enqueue(tx, sendMfaCode, { challengeId })
    return ok({ ...challenge, methods })
  })
}
