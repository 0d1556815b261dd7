import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { migrateJobs } from '@gigraph/shared/jobs'
import { startApp } from '../app/index.ts'
import { startJobsBoard } from '../jobs-board/index.ts'
import { ensureDatabases } from './databases.ts'
import { gatewayEnvironment, serviceEnvironment, serviceUrl, type Wiring } from './environments.ts'
import { startInfrastructure } from './infrastructure.ts'
import { closeServices, startLocalGateway, startServices } from './one-process.ts'
import type { Ports } from './ports.ts'
import { type SupervisedProcess, superviseProcess } from './processes.ts'
import { openQueues } from './queues.ts'
import type { Secrets } from './secrets.ts'
import { serviceNames } from './services.ts'
import type { Stack, StackOptions } from './stack.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const SUPERGRAPH = join(root, 'gateway/supergraph.graphql')

interface Ground {
  readonly ports: Ports
  readonly secrets: Secrets
  /** Of a role that may create databases and roles. */
  readonly adminUrl: string
}

/** Starts everything but the database server and resolves when it answers. What was started is closed again when something fails. */
export const startSystem = async (options: StackOptions, { ports, secrets, adminUrl }: Ground): Promise<Stack> => {
  const { dataDirectory, replacements = {}, logLevel = 'warn', tell = () => undefined } = options
  const infrastructure = await startInfrastructure({ dataDirectory, ports, secrets, replacements, logLevel })
  const ends: (() => Promise<void>)[] = [() => infrastructure.close()]
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end()
  }
  try {
    const databases = await ensureDatabases({
      adminUrl,
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
    const app = await startApp({ port: ports.app, graphqlUrl })
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
