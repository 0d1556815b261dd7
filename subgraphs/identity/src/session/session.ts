import { after } from '@gigraph/shared/time'
import type { sessions } from '../tables.ts'

export type Session = typeof sessions.$inferSelect
export type EndReason = NonNullable<Session['endReason']>

/** A session that is not refreshed for this long ends (hardening 5). */
const IDLE = '30d'
/** A session ends this long after the login whatever happens. */
const ABSOLUTE = '90d'
/** A refresh token that was just used answers a retry with the same successor: the first answer may have been lost. */
export const GRACE = '10s'

/** When a session that is used at `at` ends unless it is used again. */
export const expiryOf = (session: Pick<Session, 'createdAt'>, at: Date): Date =>
  new Date(Math.min(after(at, IDLE).getTime(), after(session.createdAt, ABSOLUTE).getTime()))

export const isAlive = (session: Pick<Session, 'endedAt' | 'expiresAt'>, at: Date): boolean =>
  session.endedAt === null && session.expiresAt > at

const systems: readonly (readonly [RegExp, string])[] = [
  [/iphone/i, 'iPhone'],
  [/ipad/i, 'iPad'],
  [/android/i, 'Android'],
  [/mac os x|macintosh/i, 'macOS'],
  [/windows/i, 'Windows'],
  [/cros/i, 'ChromeOS'],
  [/linux/i, 'Linux'],
]
const programs: readonly (readonly [RegExp, string])[] = [
  [/edg\//i, 'Edge'],
  [/opr\//i, 'Opera'],
  [/firefox\//i, 'Firefox'],
  [/chrome\//i, 'Chrome'],
  [/safari\//i, 'Safari'],
]

/** A User-Agent as people recognize it: `Firefox on Windows`. Its own first word when it is no browser's. */
export const deviceOf = (userAgent: string): string => {
  const nameIn = (names: typeof systems) => names.find(([pattern]) => pattern.test(userAgent))?.[1]
  const [program, system] = [nameIn(programs), nameIn(systems)]
  if (program && system) return `${program} on ${system}`
  return (program ?? system ?? userAgent.split(/[\s/]/)[0]) || 'Unknown device'
}
