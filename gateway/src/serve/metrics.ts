import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { EngineMetrics } from '../execute/metrics.ts'

/** The way in which an operation reached the gateway. */
export type Protocol = 'http' | 'websocket' | 'sse'

/** What became of an operation: `refused` never ran. */
export type Outcome = 'ok' | 'errors' | 'refused'

/** Everything that the gateway counts, in a registry of its own. */
export interface GatewayMetrics {
  readonly registry: Registry
  readonly engine: EngineMetrics
  /** An HTTP request begins; call the result when it has been answered. */
  begin(): () => void
  request(protocol: Protocol, outcome: Outcome, durationMs: number): void
  /** Something was turned away: an operation, a token, a socket. `reason` is one of few words. */
  rejected(reason: string): void
  socketOpened(): void
  socketClosed(code: number): void
  streamOpened(protocol: Protocol): void
  streamClosed(protocol: Protocol): void
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

const engineMetrics = (registers: Registry[]): EngineMetrics => {
  const planCache = new Counter({
    name: 'gateway_plan_cache_lookups_total',
    help: 'Operations that found their compiled plan, or did not',
    labelNames: ['result'],
    registers,
  })
  const planning = new Histogram({
    name: 'gateway_planning_seconds',
    help: 'Time to plan and compile one operation',
    buckets: SECONDS,
    registers,
  })
  const fetches = new Histogram({
    name: 'gateway_fetch_seconds',
    help: 'Time until a service answered',
    labelNames: ['service', 'result'],
    buckets: SECONDS,
    registers,
  })
  const entities = new Counter({
    name: 'gateway_entities_total',
    help: 'Objects wanted from a service, and distinct representations sent for them',
    labelNames: ['service', 'side'],
    registers,
  })
  return {
    planCache: (hit) => planCache.inc({ result: hit ? 'hit' : 'miss' }),
    planned: (durationMs) => planning.observe(durationMs / 1000),
    fetched: ({ service, durationMs, failed }) =>
      fetches.observe({ service, result: failed ? 'failed' : 'ok' }, durationMs / 1000),
    entities({ service, wanted, sent }) {
      entities.inc({ service, side: 'wanted' }, wanted)
      entities.inc({ service, side: 'sent' }, sent)
    },
  }
}

export const createMetrics = (): GatewayMetrics => {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'gateway_request_seconds',
    help: 'Operations answered, and how long that took (streams: until they started)',
    labelNames: ['protocol', 'outcome'],
    buckets: SECONDS,
    registers,
  })
  const rejections = new Counter({
    name: 'gateway_rejections_total',
    help: 'Operations, tokens and sockets turned away',
    labelNames: ['reason'],
    registers,
  })
  const inFlight = new Gauge({ name: 'gateway_requests_in_flight', help: 'HTTP operations being answered', registers })
  const sockets = new Gauge({ name: 'gateway_sockets', help: 'Open WebSockets', registers })
  const closed = new Counter({
    name: 'gateway_sockets_closed_total',
    help: 'Closed WebSockets by close code',
    labelNames: ['code'],
    registers,
  })
  const streams = new Gauge({
    name: 'gateway_streams',
    help: 'Running subscriptions',
    labelNames: ['protocol'],
    registers,
  })
  return {
    registry,
    engine: engineMetrics(registers),
    begin() {
      inFlight.inc()
      return () => inFlight.dec()
    },
    request: (protocol, outcome, durationMs) => requests.observe({ protocol, outcome }, durationMs / 1000),
    rejected: (reason) => rejections.inc({ reason }),
    socketOpened: () => sockets.inc(),
    socketClosed(code) {
      sockets.dec()
      closed.inc({ code })
    },
    streamOpened: (protocol) => streams.inc({ protocol }),
    streamClosed: (protocol) => streams.dec({ protocol }),
  }
}
