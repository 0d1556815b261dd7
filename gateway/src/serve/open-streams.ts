import type { FastifyReply } from 'fastify'
import type { Limits } from '../protect/limits.ts'
import type { GatewayMetrics } from './metrics.ts'
import type { RequestScope } from './request-scope.ts'
import { createTally } from './socket-budgets.ts'

/** Streams over HTTP that are being written: how many each caller has, and whose credentials have ended. */
export interface OpenStreams {
  /** Takes a subscription into its caller's number; `false` when the caller has as many as it may. */
  count(scope: RequestScope): boolean
  giveBack(scope: RequestScope): void
  /** Keeps a stream among those that can be ended, for as long as it is written. */
  during(scope: RequestScope, reply: FastifyReply, writing: () => Promise<void>): Promise<FastifyReply>
  /** Ends all of them. */
  close(): void
}

export interface OpenStreamsOptions {
  readonly limits: Limits
  readonly metrics: GatewayMetrics
  readonly isRevoked: (scope: RequestScope) => boolean
}

interface Stream {
  readonly scope: RequestScope
  end(): void
}

const CREDENTIALS_INTERVAL_MS = 1_000

export const createOpenStreams = ({ limits, metrics, isRevoked }: OpenStreamsOptions): OpenStreams => {
  const streams = new Set<Stream>()
  const perViewer = createTally(limits.maxStreamsPerViewer)
  const perAddress = createTally(limits.maxSocketsPerAddress)
  const tallyOf = ({ identity }: RequestScope) => (identity.viewer ? perViewer : perAddress)
  const timer = setInterval(() => {
    const now = Date.now()
    for (const { scope, end } of streams) {
      const { expiresAtMs } = scope.authentication
      if ((expiresAtMs !== null && expiresAtMs <= now) || isRevoked(scope)) end()
    }
  }, CREDENTIALS_INTERVAL_MS).unref()
  return {
    count(scope) {
      const isCounted = tallyOf(scope).take(scope.account)
      if (!isCounted) metrics.rejected('streams')
      return isCounted
    },
    giveBack: (scope) => tallyOf(scope).giveBack(scope.account),
    async during(scope, reply, writing) {
      const stream = { scope, end: () => reply.raw.destroy() }
      streams.add(stream)
      try {
        await writing()
      } finally {
        streams.delete(stream)
      }
      return reply
    },
    close() {
      clearInterval(timer)
      for (const stream of streams) stream.end()
    },
  }
}
