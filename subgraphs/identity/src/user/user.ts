import { z } from 'zod'
import type { users } from '../tables.ts'

export type User = typeof users.$inferSelect

/** An account whose address is not verified by then is removed: it may sit on somebody else's address and name. */
export const UNVERIFIED_LIFETIME = '30d'

/** What may be done with an account. */
export type AccountStatus = 'ACTIVE' | 'SUSPENDED' | 'DELETED'

/** A suspension with an end is over when its time has come; nobody has to lift it. */
export const statusOf = (user: Pick<User, 'deletedAt' | 'suspendedAt' | 'suspendedUntil'>, at: Date): AccountStatus => {
  if (user.deletedAt) return 'DELETED'
  if (user.suspendedAt && (!user.suspendedUntil || user.suspendedUntil > at)) return 'SUSPENDED'
  return 'ACTIVE'
}

/**
 * One plain address: no display name, no list, no comment, no line break, no quoted local part, ASCII only. Lower case: no
 * provider that matters tells upper from lower, and two accounts that differ by case would confuse their owners.
 */
export const emailAddress = z
  .string()
  .max(254, { error: 'An e-mail address has at most 254 characters.' })
  .regex(
    /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/i,
    {
      error: 'This is not an e-mail address.',
    },
  )
  .transform((email) => email.toLowerCase())

/** Names that look like ours, or that addresses of pages need. */
const RESERVED = new Set(
  'admin administrator api app billing gigraph help helpdesk login logout me moderator null official root security settings signup staff status support system undefined www'.split(
    ' ',
  ),
)

export const handle = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9_-]{1,28}[a-z0-9])$/i, {
    error: 'A handle has 3 to 30 letters, digits, - or _, and starts and ends with a letter or digit.',
  })
  .transform((text) => text.toLowerCase())
  .refine((text) => !RESERVED.has(text) && !text.startsWith('deleted-'), { error: 'This handle is reserved.' })

/** Printable text on one line; invisible and direction-changing characters could make one name look like another. */
export const displayName = z
  .string()
  .trim()
  .min(1, { error: 'Tell us the name that others will see.' })
  .max(80, { error: 'A name has at most 80 characters.' })
  .regex(/^[^\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}<>]*$/u, { error: 'A name has no control characters and no < or >.' })
  .transform((text) => text.normalize('NFC'))

const isLocale = (text: string): boolean => {
  try {
    return Intl.getCanonicalLocales(text).length === 1
  } catch {
    return false
  }
}

/** BCP 47: `en`, `de-CH`. */
export const locale = z
  .string()
  .max(35)
  .refine(isLocale, { error: 'A locale looks like en or de-CH.' })
  .transform((text) => Intl.getCanonicalLocales(text)[0] ?? text)

const isTimeZone = (text: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }) !== undefined
  } catch {
    return false
  }
}

/** IANA: `Europe/Zurich`. */
export const timeZone = z.string().max(64).refine(isTimeZone, { error: 'A time zone looks like Europe/Zurich.' })
