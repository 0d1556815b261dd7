import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import type { ExecutionResult } from 'graphql'
import type { CryptoKey, JWK } from 'jose'
import { z } from 'zod'
import {
  type Caller,
  COOKIES_HEADER,
  importAssertionKey,
  readCookiesHeader,
  VIEWER_HEADER,
  verifyAssertion,
} from '../auth/index.ts'
import { ApplicationError, serviceUnavailable, unauthenticated } from '../errors/index.ts'
import type { Logger } from '../logging/index.ts'
import { continueTrace, isTracing } from '../telemetry/index.ts'
import type { ServiceRequest } from './execute.ts'
import type { Metrics } from './metrics.ts'
import { verifyServiceToken } from './procedure.ts'
import { serveSubscriptions } from './subscription-server.ts'

/** Longer than the gateway keeps idle connections, so that it never writes into one that we just closed. */
const KEEP_ALIVE_MS = 75_000
const SWEEP_MS = 50
const BODY_BYTES = 2 * 1024 * 1024

interface Executor {
  execute(request: ServiceRequest): Promise<ExecutionResult>
  subscribe(request: ServiceRequest): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>
}

interface ServerOptions<Context> {
  readonly definition: {
    readonly name: string
    readonly routes?: (app: FastifyInstance, context: (requestId: string) => Context) => void | Promise<void>
  }
  readonly config: {
    readonly HOST: string
    readonly PORT: number
    readonly SERVICE_SECRET: string
    readonly SERVICE_SECOND_SECRET?: string | undefined
    readonly WORKERS: 'on' | 'off' | 'only'
    readonly VIEWER_ASSERTION_PUBLIC_KEY: JWK
    readonly VIEWER_ASSERTION_SECOND_KEY?: JWK | undefined
  }
  readonly executor: Executor
  readonly procedure: (name: string, input: unknown, requestId: string) => Promise<unknown>
  readonly systemContext: (requestId?: string) => Context
  readonly ping: () => Promise<void>
  readonly metrics: Metrics
  readonly log: Logger
}

const operation = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
})

/** The caller that the gateway asserts, by any of these keys. @throws {ApplicationError} UNAUTHENTICATED: only the gateway may ask a service */
export const callerOf = async (keys: readonly CryptoKey[], service: string, assertion: unknown): Promise<Caller> => {
  if (typeof assertion !== 'string') throw unauthenticated('This service answers the gateway only.')
  return Promise.any(keys.map((key) => verifyAssertion(key, service, assertion))).catch(() => {
    throw unauthenticated("The gateway's assertion is not valid for this service.")
  })
}

/**
 * Starts the service's HTTP server: health and metrics, and unless WORKERS=only GraphQL with its subscriptions, procedures and the
 * service's own routes.
 */
export const listen = async <Context>(options: ServerOptions<Context>) => {
  const { definition, config, log, metrics } = options
  const app = fastify({
    keepAliveTimeout: KEEP_ALIVE_MS,
    bodyLimit: BODY_BYTES,
    genReqId: (request) => String(request.headers['x-request-id'] ?? crypto.randomUUID()),
    forceCloseConnections: 'idle',
  })
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof ApplicationError)
      return reply.code(statusOf(error)).send({ code: error.code, message: error.message, details: error.details })
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
    if (status >= 500) log.error({ err: error, requestId: request.id }, 'a request failed')
    return reply.code(status).send({
      code: status >= 500 ? 'INTERNAL' : 'BAD_USER_INPUT',
      message: status >= 500 ? 'Internal error.' : String(error),
    })
  })
  // After the body was read: what is set before does not survive that.
  if (isTracing()) app.addHook('preHandler', (request, _, done) => continueTrace(request.headers, done))
  const { VIEWER_ASSERTION_PUBLIC_KEY: current, VIEWER_ASSERTION_SECOND_KEY: second } = config
  const keys = await Promise.all([current, ...(second ? [second] : [])].map(importAssertionKey))

  app.get('/health/live', async () => ({ status: 'ok' }))
  app.get('/health/ready', async () => {
    await options.ping().catch(() => {
      throw serviceUnavailable(definition.name)
    })
    return { status: 'ok' }
  })
  app.get('/metrics', async (_, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  )
  const subscriptions = config.WORKERS === 'only' ? null : await serve(app, keys, options)
  const url = await app.listen({ host: config.HOST, port: config.PORT })
  return {
    url,
    close: async () => {
      await subscriptions?.close()
      // A connection that was busy when closing began falls idle later and would stay open for the whole keep-alive time.
      const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_MS)
      await app.close().finally(() => clearInterval(sweep))
    },
  }
}

const serve = async <Context>(app: FastifyInstance, keys: readonly CryptoKey[], options: ServerOptions<Context>) => {
  const { definition, log } = options
  app.post('/graphql', (request, reply) => answerOperation(request, keys, options).then((result) => reply.send(result)))
  app.post<{ Params: { procedure: string } }>('/internal/:procedure', async (request) => {
    await authenticateService(request, options)
    return options.procedure(request.params.procedure, request.body, request.id)
  })
  await definition.routes?.(app, options.systemContext)

  return serveSubscriptions({
    server: app.server,
    service: definition.name,
    keys,
    subscribe: options.executor.subscribe,
    log,
  })
}

const statusOf = ({ code }: ApplicationError): number =>
  ({
    UNAUTHENTICATED: 401,
    FORBIDDEN: 403,
    NOT_FOUND: 404,
    RATE_LIMITED: 429,
    BAD_USER_INPUT: 400,
    SERVICE_UNAVAILABLE: 503,
  })[code]

const answerOperation = async <Context>(
  request: FastifyRequest,
  keys: readonly CryptoKey[],
  { definition, executor, metrics }: ServerOptions<Context>,
): Promise<ExecutionResult> => {
  const caller = await callerOf(keys, definition.name, request.headers[VIEWER_HEADER])
  const body = operation.safeParse(request.body)
  if (!body.success)
    throw new ApplicationError('BAD_USER_INPUT', 'Send a JSON object with query, variables and operationName.')
  const stop = metrics.operations.startTimer()
  const cookies = readCookiesHeader(request.headers[COOKIES_HEADER])
  const result = await executor.execute({ ...body.data, caller, requestId: request.id, ...(cookies && { cookies }) })
  stop({ outcome: result.errors ? 'errors' : 'ok' })
  return result
}

const authenticateService = async <Context>(
  request: FastifyRequest,
  { definition, config }: ServerOptions<Context>,
): Promise<void> => {
  const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? []
  if (!token) throw unauthenticated('This is for other services: a service token is missing.')
  const secrets = [config.SERVICE_SECRET, config.SERVICE_SECOND_SECRET].filter((secret) => secret !== undefined)
  await Promise.any(secrets.map((secret) => verifyServiceToken(secret, definition.name, token))).catch(() => {
    throw unauthenticated('The service token is not valid.')
  })
}
