import fastify, { type FastifyInstance } from 'fastify'
import type { Observer } from '../observe/observer.ts'
import { type HealthOptions, registerHealth } from './health.ts'
import type { GatewayMetrics } from './metrics.ts'

export interface ManagementOptions {
  readonly host: string
  readonly port: number
  readonly health: HealthOptions
  readonly metrics: GatewayMetrics
  readonly observer: Observer
}

/** `/metrics`, for Prometheus. */
export const registerMetrics = (app: FastifyInstance, { registry }: GatewayMetrics): void => {
  app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()))
}

/**
 * What operators look at, at a port of its own that the network keeps to them: metrics, health, and what is used of the graph, which names
 * the schema and so must not stand beside a graph that hides it.
 */
export const startManagement = async (options: ManagementOptions) => {
  const { host, port, health, metrics, observer } = options
  const app = fastify({ forceCloseConnections: true })
  registerHealth(app, health)
  registerMetrics(app, metrics)
  app.get('/usage', async () => observer.usage())
  await app.listen({ host, port })
  const address = app.server.address()
  return {
    port: address !== null && typeof address === 'object' ? address.port : port,
    close: () => app.close(),
  }
}
