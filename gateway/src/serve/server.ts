import type { Logger } from '@gigraph/shared/logging'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Kind, parse } from 'graphql'
import type { Assertions } from '../auth/assertions.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import { createObserver } from '../observe/observer.ts'
import { createAdmission } from '../protect/admission.ts'
import type { Limits } from '../protect/limits.ts'
import type { RateLimiter } from '../protect/rate-limiter.ts'
import { createRepetitionGuard } from '../protect/repetition.ts'
import { createTrustedDocuments, type TrustedDocumentsOptions } from '../protect/trusted-documents.ts'
import { createApolloServer } from './apollo.ts'
import { createCallers } from './callers.ts'
import { addressFinder } from './client-address.ts'
import { drain } from './drain.ts'
import { createErrorMask } from './errors.ts'
import { createFastLane } from './fast-lane.ts'
import type { ServedGraph } from './graph.ts'
import { registerGraphQLRoute } from './graphql-route.ts'
import { registerHealth, type ServiceStates } from './health.ts'
import { createHttpServer } from './http-server.ts'
import { KnownQueries } from './known-queries.ts'
import { registerMetrics, startManagement } from './management.ts'
import type { GatewayMetrics } from './metrics.ts'
import { createOperations } from './operations.ts'
import { createPersistedQueries } from './persisted-queries.ts'
import { type PlaygroundTab, registerPlayground } from './playground/route.ts'
import { createQueryRunner } from './query-runner.ts'
import { createSseEndpoint } from './sse.ts'
import { traceRoute } from './tracing.ts'
import { createWebSocketEndpoint } from './websocket-server.ts'

/** Everything that serving a graph needs; nothing has a default here. */
export interface ServerOptions {
  readonly graph: ServedGraph
  readonly services: () => Promise<ServiceStates>
  readonly authenticator: Authenticator
  readonly assertions: Assertions | null
  readonly limits: Limits
  readonly rateLimiter: RateLimiter | null
  readonly trustedDocuments: TrustedDocumentsOptions | undefined
  readonly introspection: boolean
  readonly maskServiceErrors: boolean
  readonly playground: { readonly title: string; readonly tabs: readonly PlaygroundTab[] } | null
  readonly origins: readonly string[]
  readonly cookieService: string | null
  readonly trustProxy: boolean | string
  readonly forwardHeaders: readonly string[]
  readonly port: number
  /** Where operators look (management.ts); null: metrics are at `port`, and there is no usage report. */
  readonly managementPort: number | null
  readonly host: string
  readonly slowOperationMs: number
  readonly log: Logger
  readonly metrics: GatewayMetrics
}

/** A listening server. */
export interface GatewayServer {
  readonly port: number
  readonly managementPort: number | null
  /** Answers what was accepted, then closes everything. */
  close(): Promise<void>
}

const GRAPHQL_PATH = '/graphql'

/** Serves a graph over HTTP, WebSocket and server-sent events. Resolves when it listens. */
export const startServer = async (options: ServerOptions): Promise<GatewayServer> => {
  const { authenticator, log, metrics, playground } = options
  let isDraining = false
  const app = createHttpServer({ ...options, isDraining: () => isDraining })
  await app.after()

  const trustedDocuments = createTrustedDocuments(options.trustedDocuments, (hash) => {
    metrics.rejected('untrusted_document')
    log.warn({ hash }, 'a document that is not trusted')
  })
  const knownQueries = new KnownQueries()
  options.graph.onUpdate(() => knownQueries.clear())
  const observer = createObserver({ ...options, operationNames: namesOf(options.trustedDocuments) })
  const shared = {
    ...options,
    observer,
    trustedDocuments,
    knownQueries,
    runQuery: createQueryRunner(options.graph),
    refuseRepetitions: createRepetitionGuard(options.limits.maxTokens),
    persistedQueries: createPersistedQueries(trustedDocuments),
    callers: createCallers(options),
    maskError: createErrorMask(options.maskServiceErrors),
    admission: createAdmission({
      ...options,
      onRejected: metrics.rejected,
      onUnpaid: (error) => log.error({ err: error }, 'the rate limit store is out of reach'),
    }),
  }
  const operations = createOperations(shared)
  const apollo = createApolloServer(shared)
  await apollo.start()
  const sse = createSseEndpoint({
    ...shared,
    operations,
    isRevoked: ({ authentication }) => authenticator.isRevoked(authentication),
  })
  const webSockets = createWebSocketEndpoint({
    ...shared,
    operations,
    path: GRAPHQL_PATH,
    addressOf: addressFinder(options.trustProxy),
  })

  const page = playground && registerPlayground(app, { path: GRAPHQL_PATH, ...playground })
  const otherwise = (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> | null => {
    if (page?.isAskedFor(request)) return page.page(reply)
    return request.headers.accept?.includes('text/event-stream') ? sse.handle(request, reply) : null
  }
  const fastLane = createFastLane(shared)
  registerGraphQLRoute(app, { ...shared, path: GRAPHQL_PATH, apollo, fastLane, otherwise, subscribe: sse.handleParts })
  app.route({
    method: ['GET', 'POST'],
    url: `${GRAPHQL_PATH}/stream`,
    exposeHeadRoute: false,
    handler: traceRoute((request, reply) => sse.handle(request, reply)),
  })
  const health = { isDraining: () => isDraining, services: options.services }
  registerHealth(app, health)
  const management =
    options.managementPort === null
      ? null
      : await startManagement({ ...options, port: options.managementPort, health, metrics, observer })
  if (management === null) registerMetrics(app, metrics)
  app.server.on('upgrade', webSockets.upgrade)
  await app.listen({ port: options.port, host: options.host })
  const address = app.server.address()
  const port = address !== null && typeof address === 'object' ? address.port : options.port

  return {
    port,
    managementPort: management?.port ?? null,
    async close() {
      isDraining = true
      await drain({ app, webSockets, sse, apollo })
      await management?.close()
    },
  }
}

/** The operations of trusted documents: with them, nobody else can invent names. */
const namesOf = (options: TrustedDocumentsOptions | undefined): string[] | undefined => {
  if (options === undefined || Object.keys(options.manifest).length === 0) return undefined
  return Object.values(options.manifest).flatMap((source) => {
    try {
      return parse(source).definitions.flatMap((definition) =>
        definition.kind === Kind.OPERATION_DEFINITION && definition.name ? [definition.name.value] : [],
      )
    } catch {
      // Nobody can run it, so that it needs no name.
      return []
    }
  })
}
