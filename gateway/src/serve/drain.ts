import { Server as NetServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { ApolloServer } from '@apollo/server'
import type { FastifyInstance } from 'fastify'
import type { HttpContext } from './apollo.ts'
import type { SseEndpoint } from './sse.ts'
import type { WebSocketEndpoint } from './websocket-server.ts'

/** What has to end, in this order of concern. */
export interface Draining {
  readonly app: FastifyInstance
  readonly webSockets: WebSocketEndpoint
  readonly sse: SseEndpoint
  readonly apollo: ApolloServer<HttpContext>
}

/**
 * How long connections stay open for an answer that says `Connection: close`: a client that keeps one alive learns so
 * with its next request instead of losing it to a connection that closes under it.
 */
const FAREWELL_MS = 500
const DEADLINE_MS = 24_000

/** Ends a server whose answers already say `Connection: close`: nothing that was accepted fails for it. */
export const drain = async ({ app, webSockets, sse, apollo }: Draining): Promise<void> => {
  const isBusy = await hasConnections(app)
  // Only stops listening. http's own `close` would cut idle connections at once, with the requests that are on their way.
  const ended = new Promise<void>((resolve) => NetServer.prototype.close.call(app.server, () => resolve()))
  if (isBusy) await wait(FAREWELL_MS)
  const cutOff = setTimeout(() => app.server.closeAllConnections(), DEADLINE_MS)
  app.server.closeIdleConnections()
  sse.close()
  await Promise.all([webSockets.close(DEADLINE_MS), ended])
  clearTimeout(cutOff)
  await app.close()
  await apollo.stop()
}

const hasConnections = (app: FastifyInstance): Promise<boolean> =>
  new Promise((resolve, reject) => {
    app.server.getConnections((error, count) => (error ? reject(error) : resolve(count > 0)))
  })
