import { type Transaction, transaction } from '@gigraph/shared/database'
import { type Failure, fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { after } from '@gigraph/shared/time'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { seal, unseal } from '../crypto/seal.ts'
import { hashToken, mintToken } from '../crypto/secrets.ts'
import { tokensByAddress } from '../rate-limit/limits.ts'
import { requireCalm } from '../rate-limit/rate-limit.ts'
import { statusOf } from '../user/user.ts'
import { findOptionalUser } from '../user/user-store.ts'
import { endSessions } from './end-sessions.ts'
import { SESSION_COOKIE } from './hand-over.ts'
import { expiryOf, GRACE, isAlive, type Session } from './session.ts'
import {
  findOptionalRefreshToken,
  findSessionOfTokenForUpdate,
  insertRefreshToken,
  type RefreshToken,
  saveSeen,
  saveUsed,
} from './session-store.ts'
import { type AuthTokens, issueTokens, type OpenSession } from './start-session.ts'

const SEALED = 'successor of a refresh token'

const input = z.object({ refreshToken: z.string().min(1).max(200).nullish() })

/** One answer for unknown, used, ended and expired: whoever holds such a token learns nothing from it. */
const over = (): Failure => fail('EXPIRED', 'The session is over. Log in again.', { field: ['input', 'refreshToken'] })

/**
 * Exchanges a refresh token for new tokens; each works once (RFC 9700 §4.14.2). A second use ends the session, for one of the
 * two users is a thief, unless it follows within ten seconds and the successor is unused: then it is a retry and gets the same
 * successor, so that a lost answer or twenty tabs at once leave one live lineage.
 */
export const refreshSession = async (ctx: Context, raw: unknown): Promise<Result<AuthTokens>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  await requireCalm(ctx, tokensByAddress)
  const refreshToken = parsed.value.refreshToken ?? ctx.cookies?.get(SESSION_COOKIE)
  const result = refreshToken === undefined ? over() : await exchange(ctx, refreshToken)
  if (result.ok) return ok(await issueTokens(ctx, result.value))
  ctx.cookies?.forget(SESSION_COOKIE)
  return result
}

const exchange = (ctx: Context, refreshToken: string): Promise<Result<OpenSession>> => {
  const now = ctx.clock.now()
  return transaction(ctx.db, async (tx): Promise<Result<OpenSession>> => {
    const found = await findSessionOfTokenForUpdate(tx, hashToken(refreshToken))
    if (!found || !isAlive(found.session, now)) return over()
    const { session, token } = found
    const user = await findOptionalUser(tx, session.userId)
    if (!user || statusOf(user, now) !== 'ACTIVE') return over()

    const successor = token.usedAt
      ? await successorForRetry(tx, refreshToken, token, now)
      : await rotate(tx, refreshToken, session, now)
    if (!successor) {
      await endSessions(ctx, tx, { userId: user.id, id: session.id }, 'REUSED')
      return over()
    }
    const expiresAt = expiryOf(session, now)
    const { address, userAgent } = ctx.caller
    await saveSeen(tx, session.id, { lastSeenAt: now, expiresAt, address, userAgent })
    return ok({ user, session: { ...session, expiresAt }, refreshToken: successor })
  })
}

const rotate = async (tx: Transaction, refreshToken: string, session: Session, now: Date): Promise<string> => {
  const successor = mintToken()
  await insertRefreshToken(tx, { tokenHash: hashToken(successor), sessionId: session.id, createdAt: now })
  // The old token itself is the key: only who holds it can have the same answer once more.
  const sealedSuccessor = seal(refreshToken, SEALED, successor)
  await saveUsed(tx, hashToken(refreshToken), { usedAt: now, sealedSuccessor })
  return successor
}

const successorForRetry = async (
  tx: Transaction,
  refreshToken: string,
  { usedAt, sealedSuccessor }: RefreshToken,
  now: Date,
): Promise<string | null> => {
  if (!usedAt || !sealedSuccessor || after(usedAt, GRACE) < now) return null
  const successor = unseal(refreshToken, SEALED, sealedSuccessor)
  const next = await findOptionalRefreshToken(tx, hashToken(successor))
  return next && !next.usedAt ? successor : null
}
