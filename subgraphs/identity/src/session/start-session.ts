import type { Transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'
import { hashToken, mintToken } from '../crypto/secrets.ts'
import { userLoggedIn } from '../events.ts'
import { sendAccountNotice } from '../mail/mail-jobs.ts'
import { type AccessToken, signAccessToken } from '../token/access-token.ts'
import type { User } from '../user/user.ts'
import { updateUser } from '../user/user-store.ts'
import { handOver, SESSION_COOKIE } from './hand-over.ts'
import { deviceOf, expiryOf, type Session } from './session.ts'
import { insertRefreshToken, insertSession, listUserAgents } from './session-store.ts'

/** What a client needs to act for a person. */
export interface AuthTokens extends AccessToken {
  /** Null when it went into a cookie. */
  readonly refreshToken: string | null
  readonly refreshTokenExpiresAt: Date
  readonly userId: string
}

/** A session whose tokens are still to be signed. */
export interface OpenSession {
  readonly user: User
  readonly session: Session
  readonly refreshToken: string
}

/**
 * Opens a session for somebody who has just proved who they are, and tells the owner about a device that was never seen. Sign its
 * tokens with {@link issueTokens} after the transaction.
 */
export const startSession = async (ctx: Context, tx: Transaction, user: User): Promise<OpenSession> => {
  const now = ctx.clock.now()
  const { address, userAgent } = ctx.caller
  const devices = (await listUserAgents(tx, user.id)).map(deviceOf)
  const session = await insertSession(tx, {
    id: ctx.makeId(),
    userId: user.id,
    createdAt: now,
    authenticatedAt: now,
    lastSeenAt: now,
    expiresAt: expiryOf({ createdAt: now }, now),
    address,
    userAgent,
  })
  const refreshToken = mintToken()
  await insertRefreshToken(tx, { tokenHash: hashToken(refreshToken), sessionId: session.id, createdAt: now })
  await updateUser(tx, user.id, { lastLoginAt: now })
  await ctx.publish(tx, userLoggedIn, { userId: user.id, sessionId: session.id })
  if (devices.length > 0 && !devices.includes(deviceOf(userAgent)))
    await ctx.enqueue(tx, sendAccountNotice, { userId: user.id, notice: 'NEW_DEVICE' })
  return { user, session, refreshToken }
}

/**
 * The tokens of an open session. Never within a transaction: reading the signing keys may need a connection of its own, and
 * when all connections wait for a lock that the transaction holds, there is none.
 */
export const issueTokens = async (ctx: Context, { user, session, refreshToken }: OpenSession): Promise<AuthTokens> => ({
  ...(await signAccessToken(ctx, user, session)),
  refreshToken: handOver(ctx, { cookie: SESSION_COOKIE, secret: refreshToken, expiresAt: session.expiresAt }),
  refreshTokenExpiresAt: session.expiresAt,
  userId: user.id,
})
