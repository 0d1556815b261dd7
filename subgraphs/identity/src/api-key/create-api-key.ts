import type { Viewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { after } from '@gigraph/shared/time'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { hashToken, mintToken } from '../crypto/secrets.ts'
import { sendAccountNotice } from '../mail/mail-jobs.ts'
import { requireFreshSession } from '../session/require-session.ts'
import { findUserForUpdate } from '../user/user-store.ts'
import { type ApiKey, countGoodKeys, insertApiKey } from './api-key-store.ts'

/** Secret scanners and people recognize our keys by it. */
const MARK = 'gg_'
const SHOWN = 9
const MOST_KEYS = 20
const LONGEST = '365d'

const input = z.object({
  name: z
    .string()
    .trim()
    .min(1, { error: 'Give the key a name.' })
    .max(60, { error: 'A name has at most 60 characters.' }),
  scopes: z.array(z.string().max(60)).max(50),
  expiresAt: z.date().nullish(),
})

/** A key and its secret, which nobody can read again. */
export interface NewApiKey {
  readonly apiKey: ApiKey
  readonly secret: string
}

/** Writes a key with a new secret. */
export const mintApiKey = async (
  ctx: Context,
  tx: Transaction,
  key: Pick<ApiKey, 'userId' | 'name' | 'scopes' | 'expiresAt'>,
): Promise<NewApiKey> => {
  const secret = `${MARK}${mintToken()}`
  const { userId, name, scopes, expiresAt } = key
  const apiKey = await insertApiKey(tx, {
    id: ctx.makeId(),
    userId,
    name,
    scopes: [...new Set(scopes)].sort(),
    expiresAt,
    prefix: secret.slice(0, SHOWN),
    keyHash: hashToken(secret),
    createdAt: ctx.clock.now(),
  })
  await ctx.enqueue(tx, sendAccountNotice, { userId, notice: 'API_KEY_CREATED' })
  return { apiKey, secret }
}

/** Creates a key with some of the viewer's scopes, for a year at most. */
export const createApiKey = async (ctx: Context, raw: unknown): Promise<Result<NewApiKey>> => {
  const viewer = await requireFreshSession(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { name, scopes } = parsed.value
  const now = ctx.clock.now()
  const latest = after(now, LONGEST)
  const expiresAt = parsed.value.expiresAt ?? latest
  if (expiresAt <= now || expiresAt > latest)
    return fail('VALIDATION', 'A key ends in the future, within a year.', { field: ['input', 'expiresAt'] })
  const beyond = scopesBeyond(viewer, scopes)
  if (beyond.length > 0)
    return fail('NOT_ALLOWED', `You do not have ${beyond.join(', ')} yourself.`, { field: ['input', 'scopes'] })
  return transaction(ctx.db, async (tx) => {
    // The lock makes parallel creations count each other.
    const user = await findUserForUpdate(tx, viewer.id)
    if ((await countGoodKeys(tx, user.id, now)) >= MOST_KEYS)
      return fail('LIMIT_EXCEEDED', `You have ${MOST_KEYS} API keys. Revoke one first.`)
    return ok(await mintApiKey(ctx, tx, { userId: user.id, name, scopes, expiresAt }))
  })
}

const scopesBeyond = (viewer: Viewer, scopes: readonly string[]): string[] =>
  scopes.filter((scope) => !viewer.scopes.includes(scope))
