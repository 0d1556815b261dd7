import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { tokensByAddress } from '../rate-limit/limits.ts'
import { requireCalm } from '../rate-limit/rate-limit.ts'
import { type AuthTokens, issueTokens, type OpenSession, startSession } from '../session/start-session.ts'
import { statusOf } from '../user/user.ts'
import { verifyAssertion } from './verify-assertion.ts'

const input = z.object({ response: z.unknown() })

/**
 * Logs in with a passkey alone. It is both factors at once (NIST SP 800-63B-4 §3.1.7: something held, unlocked by a PIN, finger or
 * face). Whatever is wrong with an answer, the error is the same.
 *
 * @throws {ApplicationError} RATE_LIMITED
 */
export const finishPasskeyLogin = async (ctx: Context, raw: unknown): Promise<Result<AuthTokens>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  await requireCalm(ctx, tokensByAddress)
  const result = await transaction(ctx.db, async (tx): Promise<Result<OpenSession>> => {
    const user = await verifyAssertion(ctx, tx, parsed.value.response, { purpose: 'LOGIN' })
    if (!user)
      return fail('INVALID_CREDENTIALS', 'This passkey did not open an account. Try again, or log in otherwise.')
    if (statusOf(user, ctx.clock.now()) !== 'ACTIVE')
      return fail('NOT_ALLOWED', `This account is suspended. ${user.suspensionReason ?? ''}`.trim())
    return ok(await startSession(ctx, tx, user))
  })
  return result.ok ? ok(await issueTokens(ctx, result.value)) : result
}
