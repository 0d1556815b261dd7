import { transaction } from '@gigraph/shared/database'
import { fail, ok, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { seal } from '../crypto/seal.ts'
import { requireFreshSession } from '../session/require-session.ts'
import { findUser } from '../user/user-store.ts'
import { hasTotp, saveTotp } from './factor-store.ts'
import { qrCodeOf } from './qr-code.ts'
import { mintTotpSecret, TOTP_PURPOSE, totpUrl } from './totp.ts'

interface TotpSetup {
  readonly secret: string
  readonly url: string
  /** An SVG image as a data URI. */
  readonly qrCode: string
}

/** Makes a secret for an authenticator app; it counts from its confirmation on. */
export const beginTotp = async (ctx: Context): Promise<Result<TotpSetup>> => {
  const viewer = await requireFreshSession(ctx)
  const user = await findUser(ctx.db, viewer.id)
  if (await hasTotp(ctx.db, user.id))
    return fail('INVALID_STATE', 'An authenticator app is set up already.', { allowed: ['disableTotp'] })
  const secret = mintTotpSecret()
  await transaction(ctx.db, (tx) =>
    saveTotp(tx, {
      userId: user.id,
      sealedSecret: seal(ctx.config.KEY_ENCRYPTION_SECRET, TOTP_PURPOSE, secret),
      createdAt: ctx.clock.now(),
      lastStep: 0,
    }),
  )
  const url = totpUrl(secret, user.email ?? user.handle)
  return ok({ secret, url, qrCode: qrCodeOf(url) })
}
