import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { unseal } from '../crypto/seal.ts'
import { sendAccountNotice } from '../mail/mail-jobs.ts'
import { passwordChecks } from '../rate-limit/limits.ts'
import { requireWithin } from '../rate-limit/rate-limit.ts'
import { requireFreshSession } from '../session/require-session.ts'
import { confirmTotpRow, findOptionalTotp, replaceRecoveryCodes, takeTotpStep } from './factor-store.ts'
import { mintRecoveryCodes, recoveryCodeHash } from './recovery-codes.ts'
import { TOTP_PURPOSE, totpStepOf } from './totp.ts'

const input = z.object({
  code: z
    .string()
    .max(20)
    .transform((code) => code.replaceAll(/\s/g, '')),
})

/** Makes the app a second factor, once a code has shown that it has the secret. The code is used up by this. */
export const confirmTotp = async (ctx: Context, raw: unknown): Promise<Result<string[]>> => {
  const viewer = await requireFreshSession(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  await requireWithin(ctx, passwordChecks, viewer.id)
  const { CODE_HMAC_SECRET, KEY_ENCRYPTION_SECRET } = ctx.config
  return transaction(ctx.db, async (tx) => {
    const factor = await findOptionalTotp(tx, viewer.id)
    if (!factor || factor.confirmedAt)
      return fail('INVALID_STATE', 'Start to set up an app first.', { allowed: [factor ? 'disableTotp' : 'beginTotp'] })
    const now = ctx.clock.now()
    const step = totpStepOf(unseal(KEY_ENCRYPTION_SECRET, TOTP_PURPOSE, factor.sealedSecret), parsed.value.code, now)
    if (step === null || !(await takeTotpStep(tx, viewer.id, step)))
      return fail('INVALID_CODE', 'The code is wrong. Check that the clock of your phone is right.', {
        field: ['input', 'code'],
      })
    await confirmTotpRow(tx, viewer.id, now)
    const codes = mintRecoveryCodes()
    const hashes = codes.map((code) => recoveryCodeHash(CODE_HMAC_SECRET, viewer.id, code))
    await replaceRecoveryCodes(tx, viewer.id, hashes, now)
    await ctx.enqueue(tx, sendAccountNotice, { userId: viewer.id, notice: 'MFA_CHANGED' })
    return ok([...codes])
  })
}
