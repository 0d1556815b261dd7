import { createLogger } from '@gigraph/shared/logging'
import { createGateway } from '../src/index.ts'
import { compose } from '../src/supergraph/compose.ts'
import { type SoakService, soakServices } from './soak-graph.ts'
import { serveParent } from './soak-process.ts'

/** The gateway of the soak. Arguments: the services' URLs as JSON. Answers what its memory, timers and handles are. */
const urls = JSON.parse(process.argv[2] ?? '{}') as Record<SoakService, string>
const composition = compose(
  Object.entries(soakServices).map(([name, { sdl }]) => ({ name, sdl, url: urls[name as SoakService] })),
)
if (composition.errors) throw new Error(composition.errors.join('\n'))

const gateway = await createGateway({
  supergraph: { sdl: composition.supergraphSdl },
  port: 0,
  // All clients of the soak come from one address.
  limits: { maxSocketsPerAddress: Number.POSITIVE_INFINITY },
  serviceTimeoutMs: 2_000,
  log: createLogger({ name: 'gateway', level: 'fatal' }),
})

export interface Footprint {
  readonly heapMb: number
  readonly externalMb: number
  readonly residentMb: number
  /** Open handles by kind: timers, sockets. */
  readonly handles: Readonly<Record<string, number>>
  /** Listeners of the process itself. */
  readonly listeners: number
}

const measure = async (): Promise<Footprint> => {
  // Weak references and finalizers are cleared in turns of their own.
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  const handles: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1
  const listeners = process.eventNames().reduce((sum, event) => sum + process.listenerCount(event), 0)
  const mb = (bytes: number) => bytes / 1_048_576
  return { heapMb: mb(heapUsed), externalMb: mb(external), residentMb: mb(rss), handles, listeners }
}

serveParent({ url: gateway.url }, measure)
