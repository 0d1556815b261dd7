import type { GraphQLFormattedError } from 'graphql'

/** A browser's cookies on their way to the one service that keeps secrets in them, and back. */
export interface BrowserCookies {
  readonly service: string
  /** By name, without the prefix that they have in the browser. */
  readonly values: Readonly<Record<string, string>>
  /** Takes what the service wants changed (`extensions.cookies` of its answer). */
  change(changes: unknown): void
}

/** What every fetch of one client request has in common. Made once per request by the serving layer. */
export interface RequestContext {
  /** One id from the client's request to the last log line of the last service. */
  readonly requestId: string
  /** Aborted when the client goes away or the request's deadline passes. */
  readonly signal?: AbortSignal
  /** Who asks and from where (@gigraph/shared/auth's `Caller`), opaque to the executor: handed to local transports as `caller`. */
  readonly identity: unknown
  /** The caller's granted scopes; null when anonymous. Read by the authorization directives only. */
  readonly scopes: readonly string[] | null
  /** The `@policy` names that hold for this request, decided by the serving layer. Absent: none. */
  readonly policies?: ReadonlySet<string>
  /** Absent unless a browser wants its secrets kept in cookies; never for queries, whose answers may be shared. */
  readonly cookies?: BrowserCookies
  /** Headers that a remote service gets: the viewer assertion for that service, the request id, trace context. */
  headersFor(service: string): Readonly<Record<string, string>>
}

/** One GraphQL request to one service. `query` is a constant of the compiled plan, so caches may key on its identity. */
export interface SubgraphRequest {
  readonly query: string
  readonly operationName?: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly context: RequestContext
}

export interface SubgraphResponse {
  readonly data?: Record<string, unknown> | null
  readonly errors?: readonly GraphQLFormattedError[]
  readonly extensions?: Readonly<Record<string, unknown>>
}

/**
 * The way to one service. `execute` never rejects for a failure of the service (unreachable, slow, not JSON): it answers
 * with `errors` whose `extensions.code` says which, so that one service costs only its own fields.
 */
export interface SubgraphTransport {
  execute(request: SubgraphRequest): Promise<SubgraphResponse>
  /** Ends when the service ends the stream or `return()` is called; a lost connection is re-subscribed, not reported. */
  subscribe(request: SubgraphRequest): AsyncIterableIterator<SubgraphResponse>
  /** Resolves when the service answers its health check; rejects otherwise. */
  ping(): Promise<void>
  close(): Promise<void>
}
