import type { Transaction } from '@gigraph/shared/database'
import { eq } from 'drizzle-orm'
import { TOTP_PURPOSE } from '../factor/totp.ts'
import { signingKeys, totpFactors } from '../tables.ts'
import { SIGNING_KEY_PURPOSE, seal, unseal } from './seal.ts'

interface Secrets {
  readonly from: string
  readonly to: string
}

/**
 * Seals everything that is kept sealed with another secret. Nobody writes meanwhile.
 *
 * @throws {Error} when something was not sealed with `from`; nothing is changed then
 */
export const reseal = async (
  tx: Transaction,
  { from, to }: Secrets,
): Promise<{ readonly keys: number; readonly apps: number }> => {
  const again = (purpose: string, sealed: string): string => seal(to, purpose, unseal(from, purpose, sealed))
  const keys = await tx.select().from(signingKeys).for('update')
  for (const { kid, sealedPrivateJwk } of keys)
    await tx
      .update(signingKeys)
      .set({ sealedPrivateJwk: again(SIGNING_KEY_PURPOSE, sealedPrivateJwk) })
      .where(eq(signingKeys.kid, kid))
  const apps = await tx.select().from(totpFactors).for('update')
  for (const { userId, sealedSecret } of apps)
    await tx
      .update(totpFactors)
      .set({ sealedSecret: again(TOTP_PURPOSE, sealedSecret) })
      .where(eq(totpFactors.userId, userId))
  return { keys: keys.length, apps: apps.length }
}
