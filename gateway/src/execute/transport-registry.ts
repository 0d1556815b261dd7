import type { SubgraphTransport } from '../transport/transport.ts'
import type { EngineLog, EngineMetrics } from './metrics.ts'

type TransportFactory = (service: string, url: string) => SubgraphTransport

/** Keeps one transport per service and URL across supergraph swaps, and reports every fetch. */
export class TransportRegistry {
  readonly #make: TransportFactory
  readonly #metrics: EngineMetrics
  readonly #transports = new Map<string, SubgraphTransport>()

  constructor(make: TransportFactory, metrics: EngineMetrics) {
    this.#make = make
    this.#metrics = metrics
  }

  /** The transport of a service at a URL; the same one for the same pair. */
  readonly get = (service: string, url: string): SubgraphTransport => {
    const key = keyOf(service, url)
    let transport = this.#transports.get(key)
    if (transport === undefined) {
      transport = this.#measured(service, this.#make(service, url))
      this.#transports.set(key, transport)
    }
    return transport
  }

  /** Closes the transports of services that are gone or have moved. */
  async keepOnly(services: ReadonlyMap<string, string>, log: EngineLog | undefined): Promise<void> {
    const kept = new Set([...services].map(([service, url]) => keyOf(service, url)))
    const gone = [...this.#transports].filter(([key]) => !kept.has(key))
    for (const [key] of gone) this.#transports.delete(key)
    const closings = await Promise.allSettled(gone.map(([, transport]) => transport.close()))
    for (const closing of closings) {
      if (closing.status === 'rejected') log?.warn({ err: closing.reason }, 'a transport did not close cleanly')
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#transports.values()].map((transport) => transport.close()))
    this.#transports.clear()
  }

  #measured(service: string, transport: SubgraphTransport): SubgraphTransport {
    const metrics = this.#metrics
    if (metrics.fetched === undefined) return transport
    return {
      async execute(request) {
        const startedAt = performance.now()
        const response = await transport.execute(request)
        const failed = (response.errors?.length ?? 0) > 0
        metrics.fetched?.({ service, durationMs: performance.now() - startedAt, failed })
        return response
      },
      subscribe: (request) => transport.subscribe(request),
      ping: () => transport.ping(),
      close: () => transport.close(),
    }
  }
}

function keyOf(service: string, url: string): string {
  return `${service} ${url}`
}
