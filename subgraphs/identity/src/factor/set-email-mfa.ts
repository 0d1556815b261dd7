import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { sendAccountNotice } from '../mail/mail-jobs.ts'
import { countPasskeys } from '../passkey/passkey-store.ts'
import { requireFreshSession } from '../session/require-session.ts'
import { findUserForUpdate, updateUser } from '../user/user-store.ts'
import { hasTotp } from './factor-store.ts'
import { findMfa, type Mfa } from './mfa.ts'

const input = z.object({ enabled: z.boolean() })

/** Turns codes by mail on or off; off only while there is an authenticator app or a passkey. */
export const setEmailMfa = async (ctx: Context, raw: unknown): Promise<Result<Mfa>> => {
  const viewer = await requireFreshSession(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { enabled } = parsed.value
  const result = await transaction(ctx.db, async (tx): Promise<Result<true>> => {
    const user = await findUserForUpdate(tx, viewer.id)
    if (user.emailMfa === enabled) return ok(true)
    if (!enabled && !(await hasTotp(tx, user.id)) && (await countPasskeys(tx, user.id)) === 0)
      return fail('INVALID_STATE', 'Codes by mail are your only second factor. Set up a passkey or an app first.', {
        allowed: ['beginPasskeyRegistration', 'beginTotp'],
      })
    await updateUser(tx, user.id, { emailMfa: enabled })
    await ctx.enqueue(tx, sendAccountNotice, { userId: user.id, notice: 'MFA_CHANGED' })
    return ok(true)
  })
  return result.ok ? ok(await findMfa(ctx, viewer.id)) : result
}
