import type { FastifyReply, FastifyRequest } from 'fastify'
import { type ExecutionResult, GraphQLError } from 'graphql'
import { createHandler, type Request as SseRequest, type Response as SseResponse } from 'graphql-sse'
import type { Observer } from '../observe/observer.ts'
import { type RateLimitState, rateLimitHeaders } from '../protect/rate-limiter.ts'
import type { Callers } from './callers.ts'
import { countStream } from './counted-stream.ts'
import { refuse } from './graphql-route.ts'
import { createOpenStreams, type OpenStreamsOptions } from './open-streams.ts'
import type { GraphQLRequest, Operations } from './operations.ts'
import type { RequestScope } from './request-scope.ts'
import { writeSubscription } from './subscription-parts.ts'

export interface SseOptions extends OpenStreamsOptions {
  readonly callers: Callers
  readonly operations: Operations
  readonly observer: Observer
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

const TOO_MANY_STREAMS = new GraphQLError('Too many subscriptions over HTTP; end one, or use one WebSocket for all.', {
  extensions: { code: 'TOO_MANY_OPERATIONS' },
})

interface StreamContext {
  readonly scope: RequestScope
  /** Whether it counts among the streams of its caller. */
  isCounted: boolean
  /** Why the operation does not run. */
  refusal: readonly GraphQLError[] | null
}

export const createSseEndpoint = (options: SseOptions): SseEndpoint => {
  const { callers, operations, limits, metrics, observer } = options
  const streams = createOpenStreams(options)
  /** `false`: the caller has as many streams as it may. */
  const count = (context: StreamContext): boolean => {
    context.isCounted = streams.count(context.scope)
    return context.isCounted
  }

  const respond = createHandler<FastifyRequest, StreamContext>({
    // No single-connection mode: it would keep state for clients that are not connected.
    authenticate: () => null,
    async onSubscribe({ context, method }, { query, operationName, variables, extensions }) {
      const prepared = await operations.prepare({ query, operationName, variables, extensions }, context.scope)
      if (!('query' in prepared)) {
        if (context.scope.rateLimit?.allowed === false)
          return tooMany(operations.present({ errors: prepared }, context.scope))
        context.refusal = prepared
        return { data: null, errors: prepared }
      }
      // Any page can make a browser send a GET: it must have no effect.
      if (prepared.type === 'mutation' && method === 'GET') return METHOD_NOT_ALLOWED
      if (prepared.type === 'subscription' && !count(context)) {
        return tooMany(operations.present({ errors: [TOO_MANY_STREAMS] }, context.scope))
      }
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
      const scope = await callers.receive({ requestId, headers, address, signal: gone.signal })
      request.scope = scope
      return scope
    } catch (error) {
      metrics.rejected('credentials')
      refuse(error, request, reply)
      return null
    }
  }

  const answerEvents = async (request: FastifyRequest, reply: FastifyReply, context: StreamContext) => {
    const { scope } = context
    const startedAt = performance.now()
    const [body, init] = await respond(toSseRequest(request, context))
    const outcome = init.status < 400 && context.refusal === null ? 'ok' : 'refused'
    observer.answered(scope, { protocol: 'sse', outcome, durationMs: performance.now() - startedAt })
    reply.code(init.status).headers({ ...init.headers, ...budgetOf(scope) })
    if (body === null || typeof body === 'string') return reply.send(body ?? '')
    return streams.during(scope, reply, () => pump(reply, body, limits.maxBufferedBytes))
  }

  const answerParts = async (request: FastifyRequest, reply: FastifyReply, context: StreamContext) => {
    const { scope } = context
    const startedAt = performance.now()
    const present = (result: ExecutionResult) => operations.present(result, scope)
    const prepared = await operations.prepare((request.body ?? {}) as GraphQLRequest, scope)
    const isRefused = 'query' in prepared && prepared.type === 'subscription' && !count(context)
    const errors = isRefused ? [TOO_MANY_STREAMS] : 'query' in prepared ? null : prepared
    const result = 'query' in prepared && errors === null ? await operations.run(prepared) : { errors: errors ?? [] }
    const isStream = Symbol.asyncIterator in result
    reply.headers(budgetOf(scope))
    if (isRefused || scope.rateLimit?.allowed === false) reply.code(429)
    const outcome = isStream ? 'ok' : 'refused'
    observer.answered(scope, { protocol: 'sse', outcome, durationMs: performance.now() - startedAt })
    if (!isStream) return reply.type('application/json').serializer(JSON.stringify).send(present(result))
    const results = countStream(result, 'sse', metrics)
    const { maxBufferedBytes } = limits
    return streams.during(scope, reply, () => writeSubscription(reply, { results, present, maxBufferedBytes }))
  }

  const handler =
    (answer: typeof answerEvents) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const scope = await receive(request, reply)
      if (scope === null) return reply
      const context: StreamContext = { scope, refusal: null, isCounted: false }
      try {
        return await answer(request, reply, context)
      } finally {
        if (context.isCounted) streams.giveBack(scope)
      }
    }

  return {
    handle: handler(answerEvents),
    handleParts: handler(answerParts),
    close: () => streams.close(),
  }
}

const toSseRequest = (request: FastifyRequest, context: StreamContext): SseRequest<FastifyRequest, StreamContext> => ({
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
  context,
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
