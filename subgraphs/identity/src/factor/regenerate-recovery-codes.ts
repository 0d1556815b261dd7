import { transaction } from '@gigraph/shared/database'
import { fail, ok, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { sendAccountNotice } from '../mail/mail-jobs.ts'
import { countPasskeys } from '../passkey/passkey-store.ts'
import { requireFreshSession } from '../session/require-session.ts'
import { findUserForUpdate } from '../user/user-store.ts'
import { hasTotp, replaceRecoveryCodes } from './factor-store.ts'
import { mintRecoveryCodes, recoveryCodeHash } from './recovery-codes.ts'

/** Ten new recovery codes; the old ones are void. */
export const regenerateRecoveryCodes = async (ctx: Context): Promise<Result<string[]>> => {
  const viewer = await requireFreshSession(ctx)
  return transaction(ctx.db, async (tx) => {
    const { id } = await findUserForUpdate(tx, viewer.id)
    if (!(await hasTotp(tx, id)) && (await countPasskeys(tx, id)) === 0)
      return fail('INVALID_STATE', 'Set up a passkey or an authenticator app first.', {
        allowed: ['beginPasskeyRegistration', 'beginTotp'],
      })
    const codes = mintRecoveryCodes()
    const hashes = codes.map((code) => recoveryCodeHash(ctx.config.CODE_HMAC_SECRET, id, code))
    await replaceRecoveryCodes(tx, id, hashes, ctx.clock.now())
    await ctx.enqueue(tx, sendAccountNotice, { userId: id, notice: 'MFA_CHANGED' })
    return ok([...codes])
  })
}
