import type { IncomingHttpHeaders } from 'node:http'
import { COOKIES_HEADER, VIEWER_HEADER } from '@gigraph/shared/auth'
import type { Assertions } from '../auth/assertions.ts'
import type { Authentication } from '../auth/authentication.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import { type Credentials, credentialsOf } from '../auth/credentials.ts'
import { type Client, clientOf } from '../observe/client.ts'
import { RequestScope } from './request-scope.ts'

/** One request as any protocol sees it. */
export interface Arrival {
  readonly requestId: string
  readonly headers: IncomingHttpHeaders
  readonly address: string
  /** Aborted when the client is gone or the deadline has passed. */
  readonly signal: AbortSignal
  /** Where it is not in the headers. */
  readonly client?: Client | undefined
  /** `extensions` of the GraphQL request, where the protocol has them at hand. */
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined
}

/** Establishes who is calling. */
export interface Callers {
  /** @throws {CredentialsRefused} @throws {AuthenticationUnavailable} */
  authenticate(credentials: Credentials): Promise<Authentication>
  /** The scope of a request whose caller is known. */
  scopeOf(arrival: Arrival, authentication: Authentication): RequestScope
  /** Both of the above, for a request that carries its own credentials. */
  receive(arrival: Arrival): Promise<RequestScope>
}

/** Set to any value, the answer tells the operation's cost. */
const COST_HEADER = 'graphql-cost'
const MAX_USER_AGENT = 300
/** A client's own assertion is a forgery, and its cookies are for one service only, whatever the configuration says. */
const OURS = new Set([VIEWER_HEADER, COOKIES_HEADER, 'cookie'])

export interface CallersOptions {
  readonly authenticator: Authenticator
  readonly assertions: Assertions | null
  /** Names of client headers, lower case, that services get as they came. */
  readonly forwardHeaders: readonly string[]
}

export const createCallers = ({ authenticator, assertions, forwardHeaders }: CallersOptions): Callers => {
  const forwardable = forwardHeaders.filter((name) => !OURS.has(name))

  const forwarded = (headers: IncomingHttpHeaders): Record<string, string> => {
    const values: Record<string, string> = {}
    for (const name of forwardable) {
      const value = headers[name]
      if (typeof value === 'string') values[name] = value
    }
    return values
  }

  const scopeOf = (arrival: Arrival, authentication: Authentication): RequestScope => {
    const { headers, requestId, address, signal, extensions } = arrival
    const userAgent = (headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT)
    const caller = { viewer: authentication.viewer, address, userAgent }
    return new RequestScope({
      requestId,
      authentication,
      caller,
      assertions,
      client: arrival.client ?? clientOf(headers),
      forwarded: forwarded(headers),
      wantsCost: headers[COST_HEADER] !== undefined || extensions?.cost === true,
      authorization: headers.authorization ?? '',
      signal,
    })
  }

  return {
    authenticate: (credentials) => authenticator.authenticate(credentials),
    scopeOf,
    receive: async (arrival) => scopeOf(arrival, await authenticator.authenticate(credentialsOf(arrival.headers))),
  }
}
