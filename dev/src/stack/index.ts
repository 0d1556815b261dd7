import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PlaygroundTab } from '@gigraph/gateway'
import { migrateJobs } from '@gigraph/shared/jobs'
import { startApp } from '../app/index.ts'
import { startJobsBoard } from '../jobs-board/index.ts'
import { ensureDatabases } from './databases.ts'
import { gatewayEnvironment, serviceEnvironment, serviceUrl, type Wiring } from './environments.ts'
import { type Replacements, startInfrastructure } from './infrastructure.ts'
import { closeServices, type RunningServices, startLocalGateway, startServices } from './one-process.ts'
import { choosePorts } from './ports.ts'
import { type SupervisedProcess, superviseProcess } from './processes.ts'
import { openQueues } from './queues.ts'
import { readSecrets } from './secrets.ts'
import { type ServiceName, serviceNames } from './services.ts'

export type { RunningServices } from './one-process.ts'
export { type ServiceName, serviceNames, services } from './services.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const SUPERGRAPH = join(root, 'gateway/supergraph.graphql')

export interface StackOptions {
  /** `process`: everything here; `services`: the gateway and each service as processes that talk HTTP. */
  readonly topology: 'process' | 'services'
  /** Everything that outlives the stack. */
  readonly dataDirectory: string
  readonly ports: 'usual' | 'free'
  readonly replacements?: Replacements
  /** Names of databases and roles begin with it; `gigraph` unless told otherwise. */
  readonly databasePrefix?: string
  readonly logLevel?: string
  /** Variables of OpenTelemetry, for every program. */
  readonly telemetry?: Readonly<Record<string, string>>
  /** Operations that stand ready in the playground. */
  readonly tabs?: readonly PlaygroundTab[]
  /** Runs once everything is migrated and before anything is served, with all services in this process. */
  readonly seed?: (services: RunningServices) => Promise<void>
  /** One line about something that a person should know. */
  readonly tell?: (line: string) => void
}

/** The whole system, running. */
export interface Stack {
  /** The GraphQL endpoint. */
  readonly graphqlUrl: string
  readonly serviceUrls: Readonly<Record<ServiceName, string>>
  readonly jobsBoardUrl: string
  /** Null where the real thing took its place. */
  readonly mailboxUrl: string | null
  readonly stripeUrl: string | null
  readonly appUrl: string
  /** The services' processes, in the topology `services`. */
  readonly processes: readonly SupervisedProcess[]
  close(): Promise<void>
}

/** Starts the whole system and resolves when it answers. What was started is closed again when something fails. */
export const startStack = async (options: StackOptions): Promise<Stack> => {
  const { dataDirectory, replacements = {}, logLevel = 'warn', tell = () => undefined } = options
  const ports = await choosePorts(options.ports)
  const secrets = await readSecrets(join(dataDirectory, 'secrets.json'))
  const infrastructure = await startInfrastructure({ dataDirectory, ports, secrets, replacements, logLevel })
  const ends: (() => Promise<void>)[] = [() => infrastructure.close()]
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end()
  }
  try {
    const databases = await ensureDatabases({
      adminUrl: infrastructure.adminUrl,
      prefix: options.databasePrefix ?? 'gigraph',
      password: secrets.postgresPassword,
    })
    const { redisUrl } = replacements
    if (!redisUrl) await migrateJobs(databases.jobsUrl)
    const wiring: Wiring = {
      ports,
      secrets,
      databases,
      redisUrl,
      smtpUrl: infrastructure.smtpUrl,
      mailFrom: 'Gigraph <no-reply@gigraph.localhost>',
      stripe: infrastructure.stripe,
      appUrl: `http://localhost:${ports.app}`,
      filesDirectory: join(dataDirectory, 'files'),
      logLevel,
      telemetry: options.telemetry ?? {},
    }
    const processes = await (options.topology === 'process' ? runHere : runApart)(options, wiring, ends, tell)
    const graphqlUrl = `http://localhost:${ports.gateway}/graphql`
    const app = await startApp({ port: ports.app, graphqlUrl: `http://127.0.0.1:${ports.gateway}/graphql` })
    ends.push(() => app.close())
    const queues = openQueues(wiring)
    ends.push(() => queues.close())
    const board = await startJobsBoard({ port: ports.jobsBoard, queues: queues.all, basePath: '/jobs' })
    ends.push(() => board.close())
    return {
      graphqlUrl,
      serviceUrls: Object.fromEntries(
        serviceNames.map((name) => [name, serviceUrl(ports, name)]),
      ) as Stack['serviceUrls'],
      jobsBoardUrl: board.url,
      mailboxUrl: infrastructure.mailboxUrl,
      stripeUrl: infrastructure.stripe.apiUrl ?? null,
      appUrl: wiring.appUrl,
      processes,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

type End = () => Promise<void>

const runHere = async (
  { seed, tabs = [] }: StackOptions,
  wiring: Wiring,
  ends: End[],
): Promise<SupervisedProcess[]> => {
  const running = await startServices(wiring)
  ends.push(() => closeServices(running))
  await seed?.(running)
  const gateway = await startLocalGateway(SUPERGRAPH, wiring, running, tabs)
  ends.push(() => gateway.close())
  return []
}

const runApart = async (
  { seed }: StackOptions,
  wiring: Wiring,
  ends: End[],
  tell: (line: string) => void,
): Promise<SupervisedProcess[]> => {
  if (seed) {
    const passing = await startServices(wiring, false)
    try {
      await seed(passing)
    } finally {
      await closeServices(passing)
    }
  }
  const start = async (options: Omit<Parameters<typeof superviseProcess>[0], 'tell'>) => {
    const started = await superviseProcess({ ...options, tell })
    ends.push(() => started.stop())
    return started
  }
  const started = await Promise.all(
    serviceNames.map((name) =>
      start({
        name,
        script: join(root, `subgraphs/${name}/src/main.ts`),
        environment: serviceEnvironment(name, wiring),
        readyUrl: `${serviceUrl(wiring.ports, name)}/health/ready`,
      }),
    ),
  )
  const gateway = await start({
    name: 'gateway',
    script: join(root, 'gateway/src/main.ts'),
    environment: gatewayEnvironment(SUPERGRAPH, wiring),
    readyUrl: `http://127.0.0.1:${wiring.ports.gateway}/health/live`,
  })
  return [gateway, ...started]
}
