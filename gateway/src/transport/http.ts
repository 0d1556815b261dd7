import { LruMap } from '../plan/lru.ts'
import { Cancellation } from './cancellation.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { callFailure, isOutage, isRetriable, readAnswer } from './http-answer.ts'
import { type HttpCall, HttpClient } from './http-client.ts'
import type { HttpAnswer } from './http-response-reader.ts'
import { InFlight } from './in-flight.ts'
import type { SubgraphRequest, SubgraphResponse, SubgraphTransport } from './transport.ts'
import { UpstreamSocket } from './upstream-socket.ts'

/** How a service is reached over HTTP. */
export interface HttpTransportOptions {
  readonly service: string
  readonly url: string
  /** Longest wait for a free connection, for the first byte, between bytes, and from the first byte to the last. Default 30 s. */
  readonly timeoutMs?: number
  /** Open connections at most. Default 64. */
  readonly connections?: number
  /** Calls after the first when no answer was begun. Default 2; mutations only when nothing can have arrived. */
  readonly retries?: number
  readonly failureThreshold?: number
  readonly coolDownMs?: number
}

const MAX_RESPONSE_BYTES = 64 * 1024 * 1024
const PING_TIMEOUT_MS = 2_000
const MAX_SERIALIZED_QUERIES = 5_000
const JSON_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json, application/json',
}
/** Headers that differ per request without changing the answer. */
export const TRACING_HEADERS = new Set(['x-request-id', 'traceparent', 'tracestate', 'baggage'])

/** The way to a service over HTTP, with one keep-alive pool per service and one socket for its subscriptions. */
export function createHttpTransport(options: HttpTransportOptions): SubgraphTransport {
  const { service, url, timeoutMs = 30_000, connections = 64, retries = 2 } = options
  const client = new HttpClient({
    url: new URL(url),
    headers: JSON_HEADERS,
    connections,
    connectTimeoutMs: Math.min(timeoutMs, 5_000),
    timeoutMs,
    maxResponseBytes: MAX_RESPONSE_BYTES,
  })
  const breaker = new CircuitBreaker({
    failureThreshold: options.failureThreshold ?? 20,
    coolDownMs: options.coolDownMs ?? 1_000,
  })
  const inFlight = new InFlight<HttpAnswer>()
  let mutations = 0
  const serializedQueries = new LruMap<string, string>(MAX_SERIALIZED_QUERIES)
  let socket: UpstreamSocket | undefined

  const call = async (request: HttpCall, isMutation: boolean, cancellation: Cancellation): Promise<HttpAnswer> => {
    for (let attempt = 0; ; attempt++) {
      try {
        const answer = await client.post(request, cancellation)
        if (isOutage(answer)) breaker.failed()
        else breaker.succeeded()
        return answer
      } catch (error) {
        if (cancellation.cancelled) throw error
        breaker.failed()
        if (attempt >= retries || !isRetriable(error, isMutation)) throw error
        await new Promise((resolve) => setTimeout(resolve, 20 * 2 ** attempt * (0.5 + Math.random())))
      }
    }
  }

  const bodyOf = ({ query, operationName, variables }: SubgraphRequest): string => {
    let head = serializedQueries.get(query)
    if (head === undefined) {
      head = `{"query":${JSON.stringify(query)}${operationName === undefined ? '' : `,"operationName":"${operationName}"`}`
      serializedQueries.set(query, head)
    }
    return variables === undefined ? `${head}}` : `${head},"variables":${JSON.stringify(variables)}}`
  }

  return {
    async execute(request): Promise<SubgraphResponse> {
      if (!breaker.admits()) return callFailure(service, 'open')
      const body = bodyOf(request)
      const forwarded = request.context.headersFor(service)
      const http = { body, headers: withoutOurs(forwarded) }
      const { signal } = request.context
      const isMutation = request.query.startsWith('mutation')
      // A mutation is shared with nobody: its key is its own.
      const key = isMutation ? `mutation ${++mutations}` : shareKey(forwarded, body)
      try {
        const answer = await inFlight.share(key, (cancellation) => call(http, isMutation, cancellation), signal)
        return readAnswer(service, answer)
      } catch (error) {
        return callFailure(service, error)
      }
    },
    subscribe(request) {
      socket ??= new UpstreamSocket(service, url)
      return socket.subscribe(request)
    },
    async ping() {
      const cancellation = new Cancellation()
      // Probes of a service that hangs must not pile up in the connections that calls need.
      const timer = setTimeout(() => cancellation.cancel(), PING_TIMEOUT_MS)
      try {
        const answer = await client.post({ body: '{"query":"{__typename}"}', headers: {} }, cancellation)
        if (isOutage(answer)) throw new Error(`Service "${service}" answered ${answer.status}`)
      } finally {
        clearTimeout(timer)
      }
    },
    async close() {
      await socket?.close()
      await client.close()
    },
  }
}

/** Without the two that say what we send and take. */
function withoutOurs(forwarded: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (forwarded['content-type'] === undefined && forwarded.accept === undefined) return forwarded
  const { 'content-type': _type, accept: _accept, ...others } = forwarded
  return others
}

function shareKey(headers: Readonly<Record<string, string>>, body: string): string {
  let key = ''
  for (const name in headers) if (!TRACING_HEADERS.has(name)) key += `${name}:${headers[name]}\n`
  return key + body
}
