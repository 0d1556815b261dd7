import { z } from 'zod'

/**
 * Carries a browser's cookies from the gateway to the one service that keeps secrets in them. Dropped from every inbound request.
 * It is there, empty or not, exactly when the client asked for that.
 */
export const COOKIES_HEADER = 'x-gigraph-cookies'

/** A cookie as the gateway is to set it; it alone decides about the attributes. */
export const cookieChange = z.object({
  name: z.string().regex(/^[a-z]{1,20}$/),
  /** Empty: the browser forgets the cookie. */
  value: z.string().regex(/^[\w-]{0,200}$/),
  maxAgeSeconds: z.int().nonnegative(),
})
export type CookieChange = z.output<typeof cookieChange>

/** Values by name, without the prefix that they have in the browser. */
export type CookieValues = Readonly<Record<string, string>>

const values = z.record(z.string(), z.string())

export const writeCookiesHeader = (cookies: CookieValues): string => JSON.stringify(cookies)

/** The cookies in the header's value; undefined without it. Throws when it is not the gateway's. */
export const readCookiesHeader = (header: unknown): CookieValues | undefined =>
  typeof header === 'string' ? values.parse(JSON.parse(header)) : undefined
