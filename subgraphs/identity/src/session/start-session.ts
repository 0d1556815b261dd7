import type { Transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'
import { hashToken, mintToken } from '../crypto/secrets.ts'
import { userLoggedIn } from '../events.ts'
import { sendAccountNotice } from '../mail/mail-jobs.ts'
import { type AccessToken, signAccessToken } from '../token/access-token.ts'
import type { User } from '../user/user.ts'
import { updateUser } from '../user/user-store.ts'
import { deviceOf, expiryOf } from './session.ts'
import { insertRefreshToken, insertSession, listUserAgents } from './session-store.ts'

/** What a client needs to act for a person. */
export interface AuthTokens extends AccessToken {
  readonly refreshToken: string
  readonly refreshTokenExpiresAt: Date
  readonly userId: string
}

/** Opens a session for somebody who has just proved who they are, and tells the owner about a device that was never seen. */
export const startSession = async (ctx: Context, tx: Transaction, user: User): Promise<AuthTokens> => {
  const now = ctx.clock.now()
  const known = await listUserAgents(tx, user.id)
  const session = await insertSession(tx, {
    id: ctx.makeId(),
    userId: user.id,
    createdAt: now,
    authenticatedAt: now,
    lastSeenAt: now,
    expiresAt: expiryOf({ createdAt: now }, now),
    address: ctx.caller.address,
    userAgent: ctx.caller.userAgent,
  })
  const refreshToken = mintToken()
  await insertRefreshToken(tx, { tokenHash: hashToken(refreshToken), sessionId: session.id, createdAt: now })
  await updateUser(tx, user.id, { lastLoginAt: now })
  await ctx.publish(tx, userLoggedIn, { userId: user.id, sessionId: session.id })
  const devices = known.map(deviceOf)
  if (devices.length > 0 && !devices.includes(deviceOf(ctx.caller.userAgent)))
    await ctx.enqueue(tx, sendAccountNotice, { userId: user.id, notice: 'NEW_DEVICE' })
  return {
    ...(await signAccessToken(ctx, user, session)),
    refreshToken,
    refreshTokenExpiresAt: session.expiresAt,
    userId: user.id,
  }
}
