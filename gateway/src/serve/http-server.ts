import { randomUUID } from 'node:crypto'
import cors from '@fastify/cors'
import type { Logger } from '@gigraph/shared/logging'
import fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance, LogController } from 'fastify'
import { lineOf } from '../observe/observer.ts'
import type { Limits } from '../protect/limits.ts'
import type { RequestScope } from './request-scope.ts'
import { SECURITY_HEADERS } from './security-headers.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a request for an operation, once its caller is known. */
    scope: RequestScope | null
  }
}

export interface HttpServerOptions {
  readonly limits: Limits
  /** Origins of browser pages that may call; `*` for any. */
  readonly origins: readonly string[]
  /** Proxies whose `X-Forwarded-For` is believed: addresses or networks, separated by commas. */
  readonly trustProxy: boolean | string
  /** Whether answers should end their connections. */
  readonly isDraining: () => boolean
  readonly log: Logger
}

const REQUEST_ID = /^[\w.:-]{8,128}$/
const CORS_MAX_AGE_SECONDS = 86_400

/** Must exceed the idle time of load balancers in front (60 s as a rule), or they send into closed connections. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000

const CODES: Readonly<Record<number, string>> = { 404: 'NOT_FOUND', 413: 'REQUEST_TOO_LARGE', 415: 'BAD_REQUEST' }

/** A Fastify instance with everything that is the same for every path of the gateway. */
export const createHttpServer = (options: HttpServerOptions): FastifyInstance => {
  const { limits, origins, trustProxy, isDraining, log } = options
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    // Every line that is ours names its request; a logger per request would cost more than the request's parsing.
    childLoggerFactory: (logger) => logger,
    genReqId: ({ headers }) => {
      const given = headers['x-request-id']
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
    },
    bodyLimit: limits.maxBodyBytes,
    trustProxy,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    requestTimeout: 30_000,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  }) as unknown as FastifyInstance

  app.decorateRequest('scope', null)
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS)
    reply.header('x-request-id', request.id)
    if (isDraining()) reply.header('connection', 'close')
  })
  app.addHook('onResponse', async (request, reply) => {
    const { method, id: requestId } = request
    if (!log.isLevelEnabled('info')) return
    const path = request.url.split('?')[0]
    const answer = { status: reply.statusCode, durationMs: Math.round(reply.elapsedTime) }
    log.info({ requestId, method, path, ...answer, ...(request.scope && lineOf(request.scope)) }, 'request')
  })
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = error.statusCode && error.statusCode < 500 ? error.statusCode : 500
    if (status === 500) log.error({ err: error, requestId: request.id }, 'a request met a defect')
    const extensions =
      status === 500 ? { code: 'INTERNAL', requestId: request.id } : { code: CODES[status] ?? 'BAD_REQUEST' }
    const message = status === 500 ? 'Something went wrong on our side.' : error.message
    return reply.code(status).send({ errors: [{ message, extensions }] })
  })
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ errors: [{ message: 'There is nothing here.', extensions: { code: 'NOT_FOUND' } }] }),
  )
  void app.register(cors, {
    origin: origins.includes('*') ? true : [...origins],
    // For cookies, which pages that stand here by name may use.
    credentials: origins.length > 0 && !origins.includes('*'),
    methods: ['GET', 'POST'],
    exposedHeaders: ['x-request-id', 'ratelimit', 'retry-after'],
    maxAge: CORS_MAX_AGE_SECONDS,
    strictPreflight: false,
  })
  return app
}
