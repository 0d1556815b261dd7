import type { Caller } from '@gigraph/shared/auth'
import type { Logger } from '@gigraph/shared/logging'
import type { ExecutionResult } from 'graphql'
import type { JWK } from 'jose'
import type { AuthOptions } from './auth/authenticator.ts'
import type { Limits } from './protect/limits.ts'
import type { RateLimiter } from './protect/rate-limiter.ts'
import type { TrustedDocumentsOptions } from './protect/trusted-documents.ts'
import type { PlaygroundTab } from './serve/playground/route.ts'
import type { SubgraphTransport } from './transport/transport.ts'

/** One operation for a service in this process. */
export interface InProcessRequest {
  /** A constant of a compiled plan: a service may key its document cache on it. */
  readonly query: string
  readonly operationName?: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly caller: Caller
  readonly requestId: string
  /** The browser's cookies of this service; `extensions.cookies` of the answer says what is to change. */
  readonly cookies?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** A service in this process. `data` must be the caller's own: the executor merges into it. */
export interface InProcessService {
  execute(request: InProcessRequest): Promise<ExecutionResult>
  subscribe(request: InProcessRequest): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>
}

/** How one service is reached; one that is not named is reached over HTTP at its routing URL. */
export type ServiceLocation =
  | { readonly url: string }
  | { readonly local: InProcessService }
  | { readonly transport: SubgraphTransport }

/** What {@link createGateway} needs; everything but the supergraph has a default. */
export interface GatewayOptions {
  /** The composed supergraph: its text, or a file that is watched and swapped in when it changes. */
  readonly supergraph: { readonly sdl: string } | { readonly file: string }
  /** By service name. */
  readonly services?: Readonly<Record<string, ServiceLocation>>
  /** Default 4000; 0 for any free port. */
  readonly port?: number
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Absent: everybody is nobody, and credentials are not looked at. */
  readonly auth?: AuthOptions
  /**
   * The service that may keep secrets in cookies of browsers that ask for it (`X-Gigraph-Session: cookie`). Default: none.
   * Pages of other origins than the gateway's own must stand in `origins` by name.
   */
  readonly cookieService?: string
  /** The Ed25519 private key that tells services who calls; absent: they are not told. */
  readonly assertionKey?: JWK
  /** Over `LENIENT_LIMITS`, or over `STRICT_LIMITS` when `production` is set. */
  readonly limits?: Partial<Limits>
  /** Strict limits, no introspection, no suggestions, no playground unless said otherwise. Default false. */
  readonly production?: boolean
  /** Browser origins that may call and open sockets; `*` for any. Default: only the gateway's own. */
  readonly origins?: readonly string[]
  /** Proxies whose `X-Forwarded-For` is believed: addresses or networks, separated by commas. Default: none. */
  readonly trustProxy?: boolean | string
  readonly playground?: boolean | { readonly title?: string; readonly tabs?: readonly PlaygroundTab[] }
  readonly introspection?: boolean
  /** Whether errors of services that have no `extensions.code` are hidden behind INTERNAL. Default true. */
  readonly maskServiceErrors?: boolean
  readonly trustedDocuments?: TrustedDocumentsOptions
  readonly rateLimiter?: RateLimiter
  /** Client headers, lower case, that services get as they came. Default: `traceparent` and `tracestate`. */
  readonly forwardHeaders?: readonly string[]
  /** Longest wait for a service. Default 30 s. */
  readonly serviceTimeoutMs?: number
  /**
   * A port for operators: `/metrics`, `/health` and `/usage` (which operations, and which parts of the schema, are really used, and by
   * whom). 0 for any free one. Default: none; then `/metrics` is at `port`, and usage is not told.
   */
  readonly managementPort?: number
  /** An operation that takes longer is a warning in the log. Default 5 s. */
  readonly slowOperationMs?: number
  readonly log?: Logger
}

/** A running gateway. */
export interface Gateway {
  /** Of the GraphQL endpoint, for example `http://127.0.0.1:4000/graphql`. */
  readonly url: string
  readonly port: number
  readonly managementPort: number | null
  /** Puts another supergraph in force. @throws {GraphQLError} it is not valid; the old one stays */
  update(supergraphSdl: string): void
  /**
   * Takes no new connections, answers what was accepted, ends streams, and resolves when all is closed: at the latest
   * after 25 s. A second call waits for the first.
   */
  close(): Promise<void>
}
