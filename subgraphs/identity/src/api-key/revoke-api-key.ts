import { type Transaction, transaction } from '@gigraph/shared/database'
import { notFound, ok, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { apiKeyRevoked } from '../events.ts'
import { requireSession } from '../session/require-session.ts'
import { type ApiKey, findApiKeyForUpdate, revokeKeyRows } from './api-key-store.ts'

const input = z.object({ apiKeyId: z.uuid() })

/** The id of a key in an input. @throws {ApplicationError} NOT_FOUND for what is no id */
export const keyIdOf = (raw: unknown): string => {
  const parsed = input.safeParse(raw)
  if (!parsed.success) throw notFound('API key')
  return parsed.data.apiKeyId
}

/** Revokes the user's keys that are not yet (or the one) and tells it. */
export const revokeKeys = async (
  ctx: Context,
  tx: Transaction,
  userId: string,
  id?: string,
): Promise<readonly ApiKey[]> => {
  const revoked = await revokeKeyRows(tx, userId, ctx.clock.now(), id)
  for (const key of revoked) await ctx.publish(tx, apiKeyRevoked, { userId, apiKeyId: key.id })
  return revoked
}

/** Stops one of the viewer's keys; one that was stopped stays so. @throws {ApplicationError} NOT_FOUND for others' keys */
export const revokeApiKey = async (ctx: Context, raw: unknown): Promise<Result<ApiKey>> => {
  const viewer = await requireSession(ctx)
  const id = keyIdOf(raw)
  return transaction(ctx.db, async (tx) => {
    const key = await findApiKeyForUpdate(tx, viewer.id, id)
    const [revoked] = await revokeKeys(ctx, tx, viewer.id, id)
    return ok(revoked ?? key)
  })
}
