import { join } from 'node:path'
import { createLogger } from '@gigraph/shared/logging'
import { checkDatabaseUrl, startPostgres } from '../postgres/index.ts'
import { choosePorts } from './ports.ts'
import { readSecrets } from './secrets.ts'
import type { Stack, StackOptions } from './stack.ts'

/** The database server under the stack; `close` ends it when it is ours. */
interface Server {
  /** Of a role that may create databases and roles. */
  readonly adminUrl: string
  close(): Promise<void>
}

/**
 * Starts the whole system and resolves when it answers. What was started is closed again when something fails. The system's
 * modules are loaded while PostgreSQL starts: both take a second or two.
 */
export const startStack = async (options: StackOptions): Promise<Stack> => {
  const { dataDirectory } = options
  const ports = await choosePorts(options.ports)
  const secrets = await readSecrets(join(dataDirectory, 'secrets.json'))
  const launched = Promise.withResolvers<void>()
  const starting = openServer(options, ports.postgres, secrets.postgresPassword, launched.resolve)
  const loading = Promise.race([launched.promise, starting]).then(() => import('./system.ts'))
  const [server, system] = await Promise.allSettled([starting, loading])
  if (server.status === 'rejected') throw server.reason
  try {
    if (system.status === 'rejected') throw system.reason
    const stack = await system.value.startSystem(options, { ports, secrets, adminUrl: server.value.adminUrl })
    return {
      ...stack,
      close: async () => {
        await stack.close()
        await server.value.close()
      },
    }
  } catch (error) {
    await server.value.close()
    throw error
  }
}

const openServer = async (
  { dataDirectory, replacements = {}, logLevel = 'warn' }: StackOptions,
  port: number,
  password: string,
  onLaunched: () => void,
): Promise<Server> => {
  const { databaseUrl } = replacements
  if (databaseUrl) {
    await checkDatabaseUrl(databaseUrl)
    return { adminUrl: databaseUrl, close: () => Promise.resolve() }
  }
  const postgres = await startPostgres({
    dataDirectory: join(dataDirectory, 'postgres'),
    port,
    password,
    persistent: true,
    log: createLogger({ name: 'dev', level: logLevel }),
    onLaunched,
  })
  return { adminUrl: postgres.url, close: () => postgres.stop() }
}
