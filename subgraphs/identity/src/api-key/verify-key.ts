import { scopesOf } from '@gigraph/shared/auth'
import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { hashToken } from '../crypto/secrets.ts'
import { statusOf } from '../user/user.ts'
import { findOptionalGoodKey, saveUse } from './api-key-store.ts'

/** The use of a key is noted at most this often: every request would write. */
const NOTED_EVERY = '1m'

/** Whom an API key stands for, with the key's scopes as far as its owner's roles still give them; null for keys that do not work. */
export const verifyKey = async (ctx: Context, { key, address }: { readonly key: string; readonly address: string }) => {
  const now = ctx.clock.now()
  const found = await findOptionalGoodKey(ctx.db, hashToken(key), now)
  if (!found || statusOf(found.user, now) !== 'ACTIVE') return null
  const { lastUsedAt, lastUsedFrom, id, scopes, createdAt } = found.key
  if (!lastUsedAt || after(lastUsedAt, NOTED_EVERY) <= now || lastUsedFrom !== address)
    await saveUse(ctx.db, id, { lastUsedAt: now, lastUsedFrom: address })
  const held = scopesOf(found.user.roles)
  return {
    id: found.user.id,
    kind: 'api_key' as const,
    sessionId: id,
    roles: found.user.roles,
    scopes: scopes.filter((scope) => held.includes(scope)),
    authenticatedAt: Math.floor(createdAt.getTime() / 1_000),
  }
}
