import { Pool } from 'undici'
import { LruMap } from '../plan/lru.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { callFailure, isRetriable, readAnswer } from './http-answer.ts'
import { InFlight } from './in-flight.ts'
import type { SubgraphRequest, SubgraphResponse, SubgraphTransport } from './transport.ts'
import { UpstreamSocket } from './upstream-socket.ts'

/** How a service is reached over HTTP. */
export interface HttpTransportOptions {
  readonly service: string
  readonly url: string
  /** Longest wait for the first byte, and between bytes. Default 30 s. */
  readonly timeoutMs?: number
  /** Open connections at most. Default 64. */
  readonly connections?: number
  /** Calls after the first when no answer was begun. Default 2; mutations only when nothing can have arrived. */
  readonly retries?: number
  readonly failureThreshold?: number
  readonly coolDownMs?: number
}

const MAX_RESPONSE_BYTES = 64 * 1024 * 1024
const MAX_SERIALIZED_QUERIES = 5_000
/** Headers that differ per request without changing the answer. */
const TRACING_HEADERS = new Set(['x-request-id', 'traceparent', 'tracestate', 'baggage'])

/** The way to a service over HTTP, with one keep-alive pool per service and one socket for its subscriptions. */
export function createHttpTransport(options: HttpTransportOptions): SubgraphTransport {
  const { service, url, timeoutMs = 30_000, connections = 64, retries = 2 } = options
  const { origin, pathname, search } = new URL(url)
  const path = pathname + search
  const pool = new Pool(origin, {
    connections,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: Math.min(timeoutMs, 5_000) },
    maxResponseSize: MAX_RESPONSE_BYTES,
  })
  const breaker = new CircuitBreaker({
    failureThreshold: options.failureThreshold ?? 20,
    coolDownMs: options.coolDownMs ?? 1_000,
  })
  const inFlight = new InFlight<string>()
  const serializedQueries = new LruMap<string, string>(MAX_SERIALIZED_QUERIES)
  let socket: UpstreamSocket | undefined

  const post = async (body: string, headers: Readonly<Record<string, string>>, signal: AbortSignal | undefined) => {
    const response = await pool.request({
      method: 'POST',
      path,
      body,
      headers: {
        ...headers,
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
      },
      ...(signal === undefined ? {} : { signal }),
    })
    const text = await response.body.text()
    if (response.statusCode >= 500) breaker.failed()
    else breaker.succeeded()
    return `${response.statusCode} ${text}`
  }

  const call = async (
    body: string,
    headers: Readonly<Record<string, string>>,
    isMutation: boolean,
    signal: AbortSignal | undefined,
  ): Promise<string> => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await post(body, headers, signal)
      } catch (error) {
        if (signal?.aborted !== true) breaker.failed()
        if (attempt >= retries || signal?.aborted === true || !isRetriable(error, isMutation)) throw error
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
      const headers = request.context.headersFor(service)
      const { signal } = request.context
      try {
        const answer = request.query.startsWith('mutation')
          ? await call(body, headers, true, signal)
          : await inFlight.share(shareKey(headers, body), (shared) => call(body, headers, false, shared), signal)
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
      const { statusCode, body } = await pool.request({
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{__typename}"}',
      })
      await body.dump()
      if (statusCode >= 500) throw new Error(`Service "${service}" answered ${statusCode}`)
    },
    async close() {
      await socket?.close()
      await pool.close()
    },
  }
}

function shareKey(headers: Readonly<Record<string, string>>, body: string): string {
  let key = ''
  for (const name in headers) if (!TRACING_HEADERS.has(name)) key += `${name}:${headers[name]}\n`
  return key + body
}
