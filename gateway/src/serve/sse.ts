import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ExecutionResult, GraphQLError } from 'graphql'
import { createHandler, type Request as SseRequest, type Response as SseResponse } from 'graphql-sse'
import type { Limits } from '../protect/limits.ts'
import { type RateLimitState, rateLimitHeaders } from '../protect/rate-limiter.ts'
import type { Callers } from './callers.ts'
import { countStream } from './counted-stream.ts'
import { refuse } from './graphql-route.ts'
import type { GatewayMetrics } from './metrics.ts'
import type { GraphQLRequest, Operations } from './operations.ts'
import type { RequestScope } from './request-scope.ts'
import { writeSubscription } from './subscription-parts.ts'

export interface SseOptions {
  readonly callers: Callers
  readonly operations: Operations
  readonly limits: Limits
  readonly metrics: GatewayMetrics
  readonly isRevoked: (scope: RequestScope) => boolean
}

/** Open event streams, so that they can be ended together. */
export interface SseEndpoint {
  /** Answers one request with an event stream (GraphQL over SSE, distinct connections mode). */
  handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>
  /** Answers one subscription with its results as parts of a multipart answer (Apollo's protocol). */
  handleParts(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>
  /** Ends every stream whose credentials have ended; all of them when the gateway stops. */
  close(): void
}

const CREDENTIALS_INTERVAL_MS = 1_000

const METHOD_NOT_ALLOWED: SseResponse = [
  null,
  { status: 405, statusText: 'Method Not Allowed', headers: { allow: 'POST' } },
]

/** What is left of the caller's budget, as on any other answer. */
const budgetOf = ({ rateLimit }: { readonly rateLimit: RateLimitState | null }): Readonly<Record<string, string>> =>
  rateLimit === null ? {} : rateLimitHeaders(rateLimit)

const tooMany = (result: object): SseResponse => [
  JSON.stringify(result),
  { status: 429, statusText: 'Too Many Requests', headers: { 'content-type': 'application/json; charset=utf-8' } },
]

interface StreamContext {
  readonly scope: RequestScope
  /** Why the operation does not run. */
  refusal: readonly GraphQLError[] | null
}

interface Stream {
  readonly scope: RequestScope
  end(): void
}

export const createSseEndpoint = (options: SseOptions): SseEndpoint => {
  const { callers, operations, limits, metrics, isRevoked } = options
  const streams = new Set<Stream>()
  const timer = setInterval(() => {
    const now = Date.now()
    for (const { scope, end } of streams) {
      const { expiresAtMs } = scope.authentication
      if ((expiresAtMs !== null && expiresAtMs <= now) || isRevoked(scope)) end()
    }
  }, CREDENTIALS_INTERVAL_MS).unref()

  const respond = createHandler<FastifyRequest, StreamContext>({
    // No single-connection mode: it would keep state for clients that are not connected.
    authenticate: () => null,
    async onSubscribe({ context, method }, { query, operationName, variables, extensions }) {
      const prepared = await operations.prepare({ query, operationName, variables, extensions }, context.scope)
      if (!('operation' in prepared)) {
        if (context.scope.rateLimit?.allowed === false)
          return tooMany(operations.present({ errors: prepared }, context.scope))
        context.refusal = prepared
        return { data: null, errors: prepared }
      }
      // Any page can make a browser send a GET: it must have no effect.
      if (prepared.type === 'mutation' && method === 'GET') return METHOD_NOT_ALLOWED
      const result = await operations.run(prepared)
      return Symbol.asyncIterator in result ? countStream(result, 'sse', metrics) : result
    },
    onNext: (_context, { context: { scope, refusal } }, result) =>
      operations.present(refusal ? { errors: refusal } : (result as ExecutionResult), scope) as ExecutionResult,
  })

  /** `null` when the credentials were refused, and the client was told so. */
  const receive = async (request: FastifyRequest, reply: FastifyReply): Promise<RequestScope | null> => {
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    try {
      const { id: requestId, headers, ip: address } = request
      return await callers.receive({ requestId, headers, address, signal: gone.signal })
    } catch (error) {
      metrics.rejected('credentials')
      refuse(error, request, reply)
      return null
    }
  }

  const during = async (
    scope: RequestScope,
    reply: FastifyReply,
    writing: () => Promise<void>,
  ): Promise<FastifyReply> => {
    const stream = { scope, end: () => reply.raw.destroy() }
    streams.add(stream)
    try {
      await writing()
    } finally {
      streams.delete(stream)
    }
    return reply
  }

  return {
    async handle(request, reply) {
      const startedAt = performance.now()
      const scope = await receive(request, reply)
      if (scope === null) return reply
      const [body, init] = await respond(toSseRequest(request, scope))
      metrics.request('sse', init.status < 400 ? 'ok' : 'refused', performance.now() - startedAt)
      reply.code(init.status).headers({ ...init.headers, ...budgetOf(scope) })
      if (body === null || typeof body === 'string') return reply.send(body ?? '')
      return during(scope, reply, () => pump(reply, body, limits.maxBufferedBytes))
    },
    async handleParts(request, reply) {
      const startedAt = performance.now()
      const scope = await receive(request, reply)
      if (scope === null) return reply
      const present = (result: ExecutionResult) => operations.present(result, scope)
      const prepared = await operations.prepare((request.body ?? {}) as GraphQLRequest, scope)
      const result = 'operation' in prepared ? await operations.run(prepared) : { errors: prepared }
      const isStream = Symbol.asyncIterator in result
      reply.headers(budgetOf(scope))
      if (scope.rateLimit?.allowed === false) reply.code(429)
      metrics.request('sse', isStream ? 'ok' : 'refused', performance.now() - startedAt)
      if (!isStream) return reply.type('application/json').serializer(JSON.stringify).send(present(result))
      const results = countStream(result, 'sse', metrics)
      const { maxBufferedBytes } = limits
      return during(scope, reply, () => writeSubscription(reply, { results, present, maxBufferedBytes }))
    },
    close() {
      clearInterval(timer)
      for (const stream of streams) stream.end()
    },
  }
}

const toSseRequest = (request: FastifyRequest, scope: RequestScope): SseRequest<FastifyRequest, StreamContext> => ({
  method: request.method,
  url: request.url,
  headers: {
    get: (name) => {
      // graphql-sse knows this one value only; that the client accepts it was checked by whoever routed it here.
      if (name === 'accept') return 'text/event-stream'
      const value = request.headers[name]
      return Array.isArray(value) ? value.join(', ') : value
    },
  },
  body: (request.body ?? null) as Record<string, unknown> | null,
  raw: request,
  context: { scope, refusal: null },
})

/** Writes events as they come, without waiting: a reader that lets too much pile up is cut off. */
const pump = async (reply: FastifyReply, events: AsyncGenerator<string>, maxBufferedBytes: number): Promise<void> => {
  const { raw } = reply
  reply.hijack()
  raw.writeHead(reply.statusCode, reply.getHeaders() as Record<string, string>)
  raw.flushHeaders()
  raw.once('close', () => void events.return(undefined))
  for await (const event of events) {
    if (raw.destroyed) return
    raw.write(event)
    if (raw.writableLength > maxBufferedBytes) raw.destroy()
  }
  raw.end()
}
