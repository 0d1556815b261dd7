import { createAuthority, createGateway, type PlaygroundTab } from '@gigraph/gateway'
import { createLogger } from '@gigraph/shared/logging'
import { type RunningService, startService } from '@gigraph/shared/service'
import { serviceEnvironment, serviceUrl, TOKEN_AUDIENCE, TOKEN_ISSUER, type Wiring } from './environments.ts'
import { type ServiceName, serviceNames, services } from './services.ts'

/** Services that run in this process, by name. */
export type RunningServices = Readonly<Record<ServiceName, RunningService>>

/**
 * Starts all services in this process. They ask each other directly, without HTTP, but listen on their ports all the same.
 *
 * @param background false: no relay and no workers, as while demo data are written
 */
export const startServices = async (wiring: Wiring, background = true): Promise<RunningServices> => {
  const running = new Map<string, RunningService>()
  const started = await Promise.allSettled(
    serviceNames.map(async (name) => {
      const environment = serviceEnvironment(name, wiring)
      const service = (await startService(services[name] as never, {
        environment: background ? environment : { ...environment, PORT: '0' },
        background,
        log: createLogger({ name, level: wiring.logLevel }),
        procedures: ({ service: owner, procedure, input, requestId }) => {
          const peer = running.get(owner)
          if (!peer) throw new Error(`${owner} does not run`)
          return peer.procedure(procedure, input, requestId)
        },
      })) as RunningService
      running.set(name, service)
    }),
  )
  const failed = started.find((result) => result.status === 'rejected')
  if (failed) {
    await closeServices(Object.fromEntries(running) as RunningServices)
    throw failed.reason
  }
  return Object.fromEntries(running) as RunningServices
}

/** Closes them side by side; each ends its requests and jobs first. */
export const closeServices = async (running: RunningServices): Promise<void> => {
  await Promise.all(Object.values(running).map((service) => service.close()))
}

/** Starts the gateway in this process over services in this process. */
export const startLocalGateway = (
  supergraph: string,
  wiring: Wiring,
  running: RunningServices,
  tabs: readonly PlaygroundTab[],
) => {
  const log = createLogger({ name: 'gateway', level: wiring.logLevel })
  return createGateway({
    supergraph: { file: supergraph },
    port: wiring.ports.gateway,
    services: Object.fromEntries(serviceNames.map((name) => [name, { local: running[name] }])),
    assertionKey: wiring.secrets.assertionPrivateKey,
    auth: {
      jwks: `${serviceUrl(wiring.ports, 'identity')}/.well-known/jwks.json`,
      issuer: TOKEN_ISSUER,
      audience: TOKEN_AUDIENCE,
      ...createAuthority({
        procedures: ({ procedure, input, requestId }) => running.identity.procedure(procedure, input, requestId),
        service: 'identity',
        log,
      }),
    },
    origins: [wiring.appUrl],
    cookieService: 'identity',
    playground: { title: 'Gigraph', tabs },
    log,
  })
}
