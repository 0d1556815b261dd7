import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { sendAccountNotice } from '../mail/mail-jobs.ts'
import { countPasskeys } from '../passkey/passkey-store.ts'
import { ownPasswordHash } from '../password/own-password.ts'
import { LEAST_ALONE, passwordText } from '../password/password.ts'
import { requireFreshSession } from '../session/require-session.ts'
import { findUserForUpdate } from '../user/user-store.ts'
import { hasTotp, removeTotp, replaceRecoveryCodes } from './factor-store.ts'
import { findMfa, type Mfa } from './mfa.ts'

const input = z.object({ password: passwordText })

/** Takes the authenticator app away. One factor stays, and a password that then stands alone must be long enough for that. */
export const disableTotp = async (ctx: Context, raw: unknown): Promise<Result<Mfa>> => {
  const viewer = await requireFreshSession(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { password } = parsed.value
  if (!(await ownPasswordHash(ctx, viewer, password)))
    return fail('INVALID_CREDENTIALS', 'The password is wrong.', { field: ['input', 'password'] })
  if ([...password].length < LEAST_ALONE)
    return fail(
      'NOT_ALLOWED',
      `Without an app your password needs at least ${LEAST_ALONE} characters. Change it first.`,
    )
  const result = await transaction(ctx.db, async (tx): Promise<Result<true>> => {
    // The row's lock keeps setEmailMfa from taking the other factor away at the same time.
    const user = await findUserForUpdate(tx, viewer.id)
    if (!(await hasTotp(tx, user.id)))
      return fail('INVALID_STATE', 'No authenticator app is set up.', { allowed: ['beginTotp'] })
    const hasPasskey = (await countPasskeys(tx, user.id)) > 0
    if (!user.emailMfa && !hasPasskey)
      return fail('INVALID_STATE', 'The app is your only second factor. Turn on codes by mail first.', {
        allowed: ['setEmailMfa', 'beginPasskeyRegistration'],
      })
    await removeTotp(tx, user.id)
    if (!hasPasskey) await replaceRecoveryCodes(tx, user.id, [], ctx.clock.now())
    await ctx.enqueue(tx, sendAccountNotice, { userId: user.id, notice: 'MFA_CHANGED' })
    return ok(true)
  })
  return result.ok ? ok(await findMfa(ctx, viewer.id)) : result
}
