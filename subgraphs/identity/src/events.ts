import { roles } from '@gigraph/shared/auth'
import { event } from '@gigraph/shared/events'
import { z } from 'zod'

const userId = z.uuid()

/** Somebody registered; the address is not verified yet. */
export const userRegistered = event('user.registered', 1, {
  userId,
  handle: z.string(),
  displayName: z.string(),
  roles: z.array(z.enum(roles)),
})
export const userEmailVerified = event('user.email_verified', 1, { userId, roles: z.array(z.enum(roles)) })
export const userLoggedIn = event('user.logged_in', 1, { userId, sessionId: z.uuid() })
export const userLoggedOut = event('user.logged_out', 1, { userId, sessionId: z.uuid() })
/** Handle, display name, locale or time zone changed. */
export const userUpdated = event('user.updated', 1, { userId, handle: z.string(), displayName: z.string() })
export const userRoleChanged = event('user.role_changed', 1, { userId, roles: z.array(z.enum(roles)) })
export const userSuspended = event('user.suspended', 1, {
  userId,
  reason: z.string(),
  until: z.iso.datetime().nullable(),
})
export const userReinstated = event('user.reinstated', 1, { userId })
/** The grace is over: every service erases what is personal. */
export const userDeleted = event('user.deleted', 1, { userId })
/** A session is dead; open sockets of it close. */
export const sessionRevoked = event('session.revoked', 1, { userId, sessionId: z.uuid() })
export const apiKeyRevoked = event('api_key.revoked', 1, { userId, apiKeyId: z.uuid() })
