import { transaction } from '@gigraph/shared/database'
import { fail, ok, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { requireFreshSession } from '../session/require-session.ts'
import { findApiKeyForUpdate } from './api-key-store.ts'
import { mintApiKey, type NewApiKey } from './create-api-key.ts'
import { keyIdOf, revokeKeys } from './revoke-api-key.ts'

/** Replaces one of the viewer's keys: same name, scopes and end, another secret. @throws {ApplicationError} NOT_FOUND for others' keys */
export const rotateApiKey = async (ctx: Context, raw: unknown): Promise<Result<NewApiKey>> => {
  const viewer = await requireFreshSession(ctx)
  const id = keyIdOf(raw)
  return transaction(ctx.db, async (tx) => {
    const key = await findApiKeyForUpdate(tx, viewer.id, id)
    if (key.revokedAt || (key.expiresAt && key.expiresAt <= ctx.clock.now()))
      return fail('INVALID_STATE', 'This key is revoked or expired. Create a new one.', { allowed: ['createApiKey'] })
    await revokeKeys(ctx, tx, viewer.id, id)
    return ok(await mintApiKey(ctx, tx, key))
  })
}
