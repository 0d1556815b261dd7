import { readFileSync } from 'node:fs'
import { createLogger } from '@gigraph/shared/logging'
import { createAssertions } from './auth/assertions.ts'
import { createAuthenticator, openAuthenticator } from './auth/authenticator.ts'
import { createEngine } from './execute/create-engine.ts'
import type { Gateway, GatewayOptions } from './gateway-options.ts'
import { LENIENT_LIMITS, STRICT_LIMITS } from './protect/limits.ts'
import { serveGraph } from './serve/graph.ts'
import { createMetrics } from './serve/metrics.ts'
import { startServer } from './serve/server.ts'
import { traceEngine, tracePlanning } from './serve/tracing.ts'
import { createServices } from './services.ts'
import { watchSupergraphFile } from './supergraph/watch.ts'

/**
 * Starts a gateway. Resolves when it listens.
 * @throws {GraphQLError} the supergraph is not valid
 */
export const createGateway = async (options: GatewayOptions): Promise<Gateway> => {
  const { supergraph, production = false, host = '127.0.0.1' } = options
  const log = options.log ?? createLogger({ name: 'gateway' })
  const metrics = createMetrics()
  const supergraphSdl = 'sdl' in supergraph ? supergraph.sdl : readFileSync(supergraph.file, 'utf8')
  const limits = { ...(production ? STRICT_LIMITS : LENIENT_LIMITS), ...options.limits }
  const services = createServices(options.services ?? {}, options.serviceTimeoutMs)
  const engine = createEngine({
    supergraphSdl,
    transports: services.transport,
    log,
    metrics: tracePlanning(metrics.engine),
    eventTimeoutMs: limits.requestTimeoutMs,
  })
  engine.warm(Object.values(options.trustedDocuments?.manifest ?? {}))
  const graph = serveGraph(traceEngine(engine), supergraphSdl)
  const authenticator = options.auth ? createAuthenticator(options.auth) : openAuthenticator
  const server = await startServer({
    graph,
    services: services.states,
    authenticator,
    assertions: options.assertionKey ? createAssertions(options.assertionKey) : null,
    limits,
    rateLimiter: options.rateLimiter ?? null,
    trustedDocuments: options.trustedDocuments,
    introspection: options.introspection ?? !production,
    maskServiceErrors: options.maskServiceErrors ?? true,
    playground: playgroundOf(options.playground ?? !production),
    origins: options.origins ?? [],
    cookieService: options.cookieService ?? null,
    trustProxy: options.trustProxy ?? false,
    forwardHeaders: options.forwardHeaders ?? ['traceparent', 'tracestate'],
    port: options.port ?? 4000,
    managementPort: options.managementPort ?? null,
    slowOperationMs: options.slowOperationMs ?? 5_000,
    host,
    log,
    metrics,
  })
  const update = (sdl: string) => {
    graph.update(sdl)
    log.info('another supergraph is in force')
  }
  const stopWatching =
    'file' in supergraph
      ? watchSupergraphFile(supergraph.file, supergraphSdl, {
          onChange: update,
          onError: (error) => log.error({ err: error }, 'the changed supergraph was refused; the old one stays'),
        })
      : () => {}
  let closing: Promise<void> | null = null
  const close = async () => {
    stopWatching()
    await server.close()
    authenticator.close()
    await engine.close()
  }
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${server.port}/graphql`,
    port: server.port,
    managementPort: server.managementPort,
    update,
    close() {
      closing ??= close()
      return closing
    },
  }
}

const playgroundOf = (playground: NonNullable<GatewayOptions['playground']>) => {
  if (playground === false) return null
  const { title = 'GraphQL', tabs = [] } = playground === true ? {} : playground
  return { title, tabs }
}
