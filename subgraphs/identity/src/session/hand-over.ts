import type { Context } from '../context.ts'

/** The refresh token of a browser that keeps it in a cookie. */
export const SESSION_COOKIE = 'session'
/** The token of a device that skips the second factor. */
export const DEVICE_COOKIE = 'device'

/**
 * Gives a secret to the client: in a cookie, where no script of the page can read it, when the client asked for that; else in the answer.
 *
 * @returns what the answer holds: null when it went into a cookie
 */
export const handOver = (
  ctx: Context,
  { cookie, secret, expiresAt }: { readonly cookie: string; readonly secret: string; readonly expiresAt: Date },
): string | null => {
  if (!ctx.cookies) return secret
  const seconds = Math.floor((expiresAt.getTime() - ctx.clock.now().getTime()) / 1_000)
  ctx.cookies.set(cookie, secret, Math.max(0, seconds))
  return null
}
