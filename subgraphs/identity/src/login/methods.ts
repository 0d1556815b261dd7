import type { Database } from '@gigraph/shared/database'
import { countRecoveryCodes, hasTotp } from '../factor/factor-store.ts'
import { countPasskeys } from '../passkey/passkey-store.ts'
import type { User } from '../user/user.ts'
import type { MfaMethod } from './challenge.ts'

/** The second factors that the user can answer with, the best first. */
export const methodsOf = async (db: Database, user: Pick<User, 'id' | 'emailMfa'>): Promise<readonly MfaMethod[]> => {
  const totp = await hasTotp(db, user.id)
  const passkey = (await countPasskeys(db, user.id)) > 0
  const recovery = (totp || passkey) && (await countRecoveryCodes(db, user.id)) > 0
  return [
    ...(passkey ? ['PASSKEY' as const] : []),
    ...(totp ? ['TOTP' as const] : []),
    ...(user.emailMfa ? ['EMAIL' as const] : []),
    ...(recovery ? ['RECOVERY_CODE' as const] : []),
  ]
}
