import type { IncomingHttpHeaders } from 'node:http'

/** What a client shows to prove who it is, not yet verified. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly secret: string }
  | { readonly kind: 'api_key'; readonly secret: string }
  | { readonly kind: 'malformed'; readonly reason: string }

/** Every API key starts so; that tells it from an access token without looking either up. */
const API_KEY_PREFIX = 'gg_'

const NONE: Credentials = { kind: 'none' }
const BEARER = /^Bearer +([\w\-.~+/]+=*) *$/i
const KEY = /^[\w-]{8,256}$/

/**
 * The credentials in an `Authorization` value (RFC 6750: `Bearer …`) or an `X-API-Key` value. One of the two may be
 * given, not both: which one counts must never be a guess.
 */
const parseCredentials = (authorization: string | undefined, apiKey: string | undefined): Credentials => {
  if (authorization === undefined) return apiKey === undefined ? NONE : parseApiKey(apiKey)
  if (apiKey !== undefined) return { kind: 'malformed', reason: 'Authorization and X-API-Key exclude each other.' }
  const secret = BEARER.exec(authorization)?.[1]
  if (secret === undefined) return { kind: 'malformed', reason: 'The Authorization header must be "Bearer <token>".' }
  return secret.startsWith(API_KEY_PREFIX) ? parseApiKey(secret) : { kind: 'token', secret }
}

const parseApiKey = (secret: string): Credentials =>
  KEY.test(secret) ? { kind: 'api_key', secret } : { kind: 'malformed', reason: 'This is not an API key.' }

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value)

/** The credentials of an HTTP request. Query parameters and cookies are never read (RFC 9700 §4.3.2). */
export const credentialsOf = (headers: IncomingHttpHeaders): Credentials =>
  parseCredentials(headers.authorization, single(headers['x-api-key']))

/** The credentials in a `connection_init` payload; `null` when it has none (the upgrade request's headers count then). */
export const credentialsOfParams = (params: Readonly<Record<string, unknown>> | undefined): Credentials | null => {
  const text = (...names: string[]) => {
    for (const name of names) if (typeof params?.[name] === 'string') return params[name]
    return undefined
  }
  const authorization = text('authorization', 'Authorization')
  const apiKey = text('x-api-key', 'X-API-Key', 'apiKey')
  return authorization === undefined && apiKey === undefined ? null : parseCredentials(authorization, apiKey)
}
