import { type Caller, COOKIES_HEADER, VIEWER_HEADER, writeCookiesHeader } from '@gigraph/shared/auth'
import { isTracing, traceHeaders } from '@gigraph/shared/telemetry'
import type { ExecutionResult, GraphQLFormattedError } from 'graphql'
import type { Assertions } from '../auth/assertions.ts'
import type { Authentication } from '../auth/authentication.ts'
import type { SubsequentResult } from '../execute/engine.ts'
import type { Client } from '../observe/client.ts'
import type { AskedOperation } from '../observe/usage.ts'
import type { RateLimitState } from '../protect/rate-limiter.ts'
import type { BrowserCookies, RequestContext } from '../transport/transport.ts'
import { networkOf } from './client-network.ts'

/** What a {@link RequestScope} is made of. */
export interface RequestScopeOptions {
  readonly requestId: string
  readonly authentication: Authentication
  readonly caller: Caller
  /** The program that the caller uses, as it calls itself. */
  readonly client: Client
  /** `null`: services are not told who calls. */
  readonly assertions: Assertions | null
  /** Client headers that services get as they came. */
  readonly forwarded: Readonly<Record<string, string>>
  /** The client asked what its operation costs. */
  readonly wantsCost: boolean
  /** The unverified `Authorization` value: a gateway without accounts must not mix answers of two of them. */
  readonly authorization: string
  readonly signal: AbortSignal
}

/** What became of a query: refused before it ran, ended in between, or done. */
type Outcome = { readonly refusal: unknown } | { readonly failure: unknown } | { readonly result: ExecutionResult }

const NO_CODES: readonly string[] = []
const NO_POLICIES: ReadonlySet<string> = new Set()
const TRACING = new Set(['traceparent', 'tracestate'])

/** The values by which services might answer differently. */
const telling = (forwarded: Readonly<Record<string, string>>): string => {
  let text = ''
  for (const name in forwarded) if (!TRACING.has(name)) text += `${forwarded[name]}\n`
  return text
}

/** One client request, from its authentication to its answer; the engine sees its {@link RequestContext} part. */
export class RequestScope implements RequestContext {
  readonly requestId: string
  readonly authentication: Authentication
  readonly identity: Caller
  readonly client: Client
  readonly scopes: readonly string[] | null
  /** A `@policy` holds when the viewer has the role of that name. */
  readonly policies: ReadonlySet<string>
  readonly signal: AbortSignal
  readonly wantsCost: boolean
  /** No `Authorization` was sent, verified or not. */
  readonly isAnonymous: boolean
  /** Set once it is known what the client asks for. */
  operation: AskedOperation | null = null
  /** Codes of the errors in the answer. */
  errorCodes: readonly string[] = NO_CODES
  /** Set once the operation was counted. */
  cost: number | null = null
  /** Set once the operation was paid for. */
  rateLimit: RateLimitState | null = null
  /** Set when the client wants its secrets kept in cookies. */
  browserCookies: (BrowserCookies & { readonly setCookies: readonly string[] }) | null = null
  /** Set when the operation was settled before Apollo Server saw it (fast-lane.ts); that is left to make the answer. */
  outcome: Outcome | null = null
  /** The operation is a subscription, which goes another way. */
  isSubscription = false
  /** What the operation deferred; runs as it is read. */
  subsequentResults: AsyncIterable<SubsequentResult> | null = null
  /** The answer as it goes over HTTP, set by whoever made it: whole, or in parts as they come. */
  responseBody: Buffer | AsyncIterable<string> | null = null
  readonly #assertions: Assertions | null
  readonly #common: Readonly<Record<string, string>>
  readonly #origin: string

  constructor(options: RequestScopeOptions) {
    const { caller, forwarded } = options
    this.requestId = options.requestId
    this.authentication = options.authentication
    this.identity = caller
    this.client = options.client
    this.scopes = caller.viewer?.scopes ?? null
    this.policies = caller.viewer ? new Set(caller.viewer.roles) : NO_POLICIES
    this.signal = options.signal
    this.wantsCost = options.wantsCost
    this.isAnonymous = options.authorization === ''
    this.#assertions = options.assertions
    this.#common = { ...forwarded, 'x-request-id': options.requestId }
    this.#origin = `${options.authorization}\n${caller.address}\n${caller.userAgent}\n${telling(forwarded)}`
  }

  /** Notes what went wrong. */
  note(errors: readonly { readonly extensions?: GraphQLFormattedError['extensions'] }[]): void {
    this.errorCodes = [...new Set(errors.map(({ extensions }) => String(extensions?.code ?? 'UNCODED')))]
  }

  headersFor(service: string): Readonly<Record<string, string>> {
    const traced = isTracing() ? { ...this.#common, ...traceHeaders() } : this.#common
    if (!this.#assertions) return traced
    const assertion = this.#assertions.of(this.authentication.key, this.identity, service)
    return { ...traced, [VIEWER_HEADER]: assertion }
  }

  /** What the engine sees of a query: with another signal (or none) where the work outlives or outnumbers this request. */
  forExecution(signal: AbortSignal | undefined): RequestContext {
    const { requestId, identity, scopes, policies } = this
    const headersFor = (service: string) => this.headersFor(service)
    return { requestId, identity, scopes, policies, headersFor, ...(signal && { signal }) }
  }

  /** What the engine sees of a mutation: it ends by itself, is shared with nobody, and may read and set cookies. */
  forMutation(): RequestContext {
    const { browserCookies: cookies } = this
    if (!cookies) return this.forExecution(undefined)
    const header = { [COOKIES_HEADER]: writeCookiesHeader(cookies.values) }
    const headersFor = (service: string) =>
      service === cookies.service ? { ...this.headersFor(service), ...header } : this.headersFor(service)
    return { ...this.forExecution(undefined), headersFor, cookies }
  }

  /** The same for two requests exactly when services cannot tell them apart. */
  get sharingKey(): string {
    return `${this.authentication.key}\n${this.#origin}`
  }

  /** Whose budget and sockets this counts against. */
  get account(): string {
    const { viewer, address } = this.identity
    if (!viewer) return `address:${networkOf(address)}`
    return viewer.kind === 'api_key' ? `key:${viewer.sessionId}` : `viewer:${viewer.id}`
  }
}
