import { requireViewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { hashToken } from '../crypto/secrets.ts'
import { userLoggedOut } from '../events.ts'
import { endSessions } from './end-sessions.ts'
import { SESSION_COOKIE } from './hand-over.ts'
import type { Session } from './session.ts'
import { findOptionalRefreshToken, findOptionalSession } from './session-store.ts'

const input = z.object({ refreshToken: z.string().min(1).max(200).nullish() })

/** Which session is meant: that of the refresh token, else the viewer's own. */
const findMeant = async (ctx: Context, tx: Transaction, refreshToken: string | null): Promise<Session | null> => {
  // A browser whose cookie is gone is logged out already.
  if (!refreshToken && ctx.cookies && !ctx.viewer) return null
  if (!refreshToken) return findOptionalSession(tx, requireViewer(ctx).sessionId)
  const token = await findOptionalRefreshToken(tx, hashToken(refreshToken))
  return token && findOptionalSession(tx, token.sessionId)
}

/**
 * Ends a session. The refresh token alone (in a cookie, for browsers) will do, also when the access token has expired. Whether
 * there was anything to end makes no difference to the answer.
 */
export const logout = async (ctx: Context, raw: unknown): Promise<Result<true>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const refreshToken = parsed.value.refreshToken ?? ctx.cookies?.get(SESSION_COOKIE) ?? null
  ctx.cookies?.forget(SESSION_COOKIE)
  return transaction(ctx.db, async (tx) => {
    const session = await findMeant(ctx, tx, refreshToken)
    if (!session) return ok(true)
    const ended = await endSessions(ctx, tx, { userId: session.userId, id: session.id }, 'LOGOUT')
    for (const { id, userId } of ended) await ctx.publish(tx, userLoggedOut, { userId, sessionId: id })
    return ok(true)
  })
}
