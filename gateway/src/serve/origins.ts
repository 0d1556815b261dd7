import type { IncomingMessage } from 'node:http'

/**
 * Whether a browser page may open a socket. Browsers let any page do so (CORS does not apply to WebSocket), hence the
 * check. Programs other than browsers send no `Origin`.
 * @param allowed origins such as `https://app.example.com`, or `*`; the gateway's own is always allowed
 */
export const isOriginAllowed = ({ headers }: IncomingMessage, allowed: readonly string[]): boolean => {
  const { origin, host } = headers
  if (origin === undefined || allowed.includes('*') || allowed.includes(origin)) return true
  return URL.canParse(origin) && new URL(origin).host === host
}
