import type { Transaction } from '@gigraph/shared/database'
import { eq } from 'drizzle-orm'
import { sealSecret, unsealSecret } from './signature.ts'
import { webhookSecrets } from './tables.ts'

/**
 * Seals the secrets of all webhooks with another key.
 *
 * @throws {Error} when one was not sealed with `from`; nothing is changed then
 * @returns how many there are
 */
export const resealSecrets = async (
  tx: Transaction,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<number> => {
  const secrets = await tx.select().from(webhookSecrets).for('update')
  for (const { id, endpointId, sealed } of secrets)
    await tx
      .update(webhookSecrets)
      .set({ sealed: sealSecret(to, endpointId, unsealSecret(from, endpointId, sealed)) })
      .where(eq(webhookSecrets.id, id))
  return secrets.length
}
