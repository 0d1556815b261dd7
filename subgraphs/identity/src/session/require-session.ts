import { requireViewer, type Viewer } from '@gigraph/shared/auth'
import { forbidden, unauthenticated } from '@gigraph/shared/errors'
import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { statusOf } from '../user/user.ts'
import { findOptionalUser } from '../user/user-store.ts'
import { isAlive } from './session.ts'
import { findOptionalSession } from './session-store.ts'

/** What changes how one logs in needs a login that is at most this old (hardening 3). */
const FRESH = '15m'

/** The viewer, when it is a person: how an account is protected is nothing for programs. @throws {ApplicationError} UNAUTHENTICATED, FORBIDDEN */
export const requirePerson = (ctx: Context): Viewer => {
  const viewer = requireViewer(ctx)
  if (viewer.kind !== 'session') throw forbidden('API keys cannot manage accounts. Log in instead.')
  return viewer
}

/**
 * The viewer, when it is a person in a session that still lives. Access tokens outlive their session by up to ten minutes;
 * here, where accounts are changed, that is not good enough (hardening 7).
 *
 * @throws {ApplicationError} UNAUTHENTICATED; FORBIDDEN for API keys, which may not manage accounts
 */
export const requireSession = async (ctx: Context): Promise<Viewer> => {
  const viewer = requirePerson(ctx)
  const session = await findOptionalSession(ctx.db, viewer.sessionId)
  const now = ctx.clock.now()
  if (session?.userId !== viewer.id || !isAlive(session, now))
    throw unauthenticated('The session is over. Log in again.')
  const user = await findOptionalUser(ctx.db, viewer.id)
  if (!user || statusOf(user, now) !== 'ACTIVE') throw unauthenticated('The account is not active.')
  return viewer
}

/** {@link requireSession}, and the login is recent. @throws {ApplicationError} FORBIDDEN with `reason: FRESH_LOGIN_REQUIRED` */
export const requireFreshSession = async (ctx: Context): Promise<Viewer> => {
  const viewer = await requireSession(ctx)
  if (after(new Date(viewer.authenticatedAt * 1_000), FRESH) < ctx.clock.now())
    throw forbidden('Log in again first: this needs a login of the last 15 minutes.', {
      reason: 'FRESH_LOGIN_REQUIRED',
    })
  return viewer
}
