import type { IncomingMessage } from 'node:http'
import { cookieChange } from '@gigraph/shared/auth'
import { parseCookie, stringifySetCookie } from 'cookie'
import { GraphQLError } from 'graphql'
import type { BrowserCookies } from '../transport/transport.ts'
import { isOriginAllowed } from './origins.ts'

/**
 * A browser page sends `X-Gigraph-Session: cookie` to have its secrets kept in cookies. No form and no link can send it, and a
 * script of another site only after a preflight that we do not grant.
 */
const MODE_HEADER = 'x-gigraph-session'
/** Browsers keep a `__Host-` cookie only when it is Secure and for this host alone: a subdomain can neither read nor plant it. */
const PREFIX = '__Host-gigraph-'
const NAME = /^__Host-gigraph-([a-z]{1,20})$/
const VALUE = /^[\w-]{1,200}$/
const ATTRIBUTES = { path: '/', secure: true, httpOnly: true, sameSite: 'strict' } as const

export interface CookieRules {
  /** The service that reads and sets cookies; null: there is none. */
  readonly cookieService: string | null
  /** Origins of browser pages that may call. `*` does not count here: cookies are not for any page. */
  readonly origins: readonly string[]
}

/**
 * A request's cookies for the service that keeps secrets in them; null when the client does not want that. The cookies themselves are
 * not even read then.
 *
 * @throws {GraphQLError} FORBIDDEN: the page that asks is not ours, or no browser asks
 */
export const openBrowserCookies = (
  request: IncomingMessage,
  { cookieService, origins }: CookieRules,
): (BrowserCookies & { readonly setCookies: string[] }) | null => {
  if (cookieService === null || request.headers[MODE_HEADER] !== 'cookie') return null
  const { origin, cookie = '' } = request.headers
  // Every browser tells the origin of a POST. SameSite would stop other sites as well, but not other hosts of this site.
  const named = origins.filter((each) => each !== '*')
  if (request.method !== 'POST' || origin === undefined || !isOriginAllowed(request, named)) throw crossSite()
  const values = Object.entries(parseCookie(cookie)).flatMap(([name, value = '']) => {
    const short = NAME.exec(name)?.[1]
    return short !== undefined && VALUE.test(value) ? [[short, value] as const] : []
  })
  const setCookies: string[] = []
  return {
    service: cookieService,
    values: Object.fromEntries(values),
    setCookies,
    change(changes) {
      for (const { name, value, maxAgeSeconds } of cookieChange.array().parse(changes))
        setCookies.push(stringifySetCookie({ name: PREFIX + name, value, maxAge: maxAgeSeconds, ...ATTRIBUTES }))
    },
  }
}

const crossSite = () =>
  new GraphQLError('Sessions in cookies are for pages of this site only.', { extensions: { code: 'FORBIDDEN' } })
