import type { Caller } from '@gigraph/shared/auth'
import type { InProcessService, ServiceLocation } from './gateway-options.ts'
import type { ServiceStates } from './serve/health.ts'
import { traceTransport } from './serve/tracing.ts'
import { createHttpTransport } from './transport/http.ts'
import { createLocalTransport, type LocalRequest } from './transport/local.ts'
import type { SubgraphRequest, SubgraphResponse, SubgraphTransport } from './transport/transport.ts'

/** The ways to the services behind the gateway. */
export interface Services {
  /** Makes the way to one service; `url` is the supergraph's routing URL. */
  transport(service: string, url: string): SubgraphTransport
  /** Asks every service that has been reached for whether it answers. */
  states(): Promise<ServiceStates>
}

const PING_TIMEOUT_MS = 2_000

export const createServices = (
  locations: Readonly<Record<string, ServiceLocation>>,
  timeoutMs: number | undefined,
): Services => {
  const transports = new Map<string, SubgraphTransport>()

  const make = (service: string, url: string): SubgraphTransport => {
    const location = locations[service] ?? { url }
    if ('transport' in location) return location.transport
    if ('local' in location) return createLocalTransport(inProcess(location.local))
    return createHttpTransport({ service, url: location.url, ...(timeoutMs !== undefined && { timeoutMs }) })
  }

  return {
    transport(service, url) {
      const transport = make(service, url)
      transports.set(service, transport)
      return traceTransport(service, {
        execute: (request) =>
          request.context.cookies ? executeWithCookies(service, transport, request) : transport.execute(request),
        subscribe: (request) => transport.subscribe(request),
        ping: () => transport.ping(),
        close() {
          if (transports.get(service) === transport) transports.delete(service)
          return transport.close()
        },
      })
    },
    async states() {
      const states = [...transports].map(async ([name, transport]) => [name, await stateOf(transport)] as const)
      return Object.fromEntries(await Promise.all(states))
    },
  }
}

/** Only the service that the cookies belong to gets them and may change them. */
const executeWithCookies = async (
  service: string,
  transport: SubgraphTransport,
  request: SubgraphRequest,
): Promise<SubgraphResponse> => {
  const { cookies, ...others } = request.context
  if (cookies?.service !== service) return transport.execute({ ...request, context: others })
  const response = await transport.execute(request)
  const changes = response.extensions?.cookies
  if (changes !== undefined) cookies.change(changes)
  return response
}

const stateOf = async (transport: SubgraphTransport): Promise<'up' | 'down'> => {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<'down'>((resolve) => {
    timer = setTimeout(() => resolve('down'), PING_TIMEOUT_MS)
  })
  const ping = transport.ping().then(
    () => 'up' as const,
    () => 'down' as const,
  )
  const state = await Promise.race([ping, timeout])
  clearTimeout(timer)
  return state
}

/** Services are told of a caller; to the executor it is opaque. */
const inProcess = (service: InProcessService) => {
  const translate = ({ viewer, ...request }: LocalRequest) => ({ ...request, caller: viewer as Caller })
  return {
    execute: (request: LocalRequest) => service.execute(translate(request)),
    subscribe: (request: LocalRequest) => service.subscribe(translate(request)),
  }
}
