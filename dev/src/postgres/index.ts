import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from '../ports/index.ts'
import { type Account, chooseAccount } from './account.ts'
import { createCluster, hasCluster } from './cluster.ts'
import { explainFailure, PostgresFailure } from './failure.ts'
import { findPrograms, openSharedPlace, packagedPrograms, placeData, sharedPlaceFor } from './place.ts'
import { endPreviousServer } from './previous-server.ts'
import { runServer, type Server, TemporaryFailure } from './server.ts'

export { checkDatabaseUrl, type DatabaseServer } from './check-database-url.ts'
export { PostgresFailure } from './failure.ts'

/** The part of a logger that is used here; pino's fits. */
export interface PostgresLog {
  debug(message: string): void
  info(message: string): void
  error(message: string): void
}

export interface PostgresOptions {
  /** Where the data live. Root's server may keep them elsewhere, see {@link Postgres.dataDirectory}. */
  readonly dataDirectory: string
  /** The port to use when it is free; else one of the 50 after it, else any. 0: any. */
  readonly port?: number
  readonly user?: string
  /** Fixed when the data directory is created. */
  readonly password: string
  /** false: for tests. Starts empty, does not wait for the disk, and removes the data at the end. */
  readonly persistent: boolean
  readonly log: PostgresLog
  /** Settings of postgresql.conf over the ones chosen here, e.g. `{ max_connections: 50 }`. */
  readonly settings?: Readonly<Record<string, string | number>>
  /** Called when the server's process was started and is not ready yet: there is time to do something else. */
  readonly onLaunched?: () => void
  /** Called when the server ends although nobody stopped it, with one line. Logged as an error without it. */
  readonly onLost?: (why: string) => void
}

export interface Postgres {
  /** Superuser's URL of the database `postgres`. */
  readonly url: string
  readonly port: number
  /** Where the data really are. */
  readonly dataDirectory: string
  /** Ends all sessions and the server; removes the data when they are not persistent. May be called again. */
  stop(): Promise<void>
}

/** How often a start is tried again after a cause that passes by itself, and how long between. */
const ATTEMPTS = 40
const PAUSE_MS = 250

/** For a machine shared with a browser and an editor: many connections, little memory, no background work to spare. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 400,
  shared_buffers: '64MB',
  wal_level: 'minimal',
  max_wal_senders: 0,
  io_method: 'sync',
  jit: 'off',
  max_parallel_workers_per_gather: 0,
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The level "log" is above "error" for the server's own log: failed statements are the client's to report.
  log_min_messages: 'log',
  log_checkpoints: 'off',
}

/** Nothing needs to survive a crash of the machine. */
const THROW_AWAY = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', checkpoint_timeout: '1h' }

/**
 * Starts the embedded PostgreSQL 18, creating its data directory when there is none. Works as root and as an ordinary
 * user; survives what a killed start left behind; ends by itself when this process is killed.
 *
 * @throws PostgresFailure one line: another Gigraph runs on this directory, disk full, no permission, wrong version, …
 */
export const startPostgres = async (options: PostgresOptions): Promise<Postgres> => {
  const { dataDirectory, persistent, user = 'postgres', password, log } = options
  if (process.platform === 'win32') {
    throw new PostgresFailure('the embedded PostgreSQL needs Linux or macOS: use WSL, or set DATABASE_URL')
  }
  const { directory, account } = locate(dataDirectory, log)
  const programs = await findPrograms(account)
  await endPreviousServer(directory)
  if (!persistent && existsSync(join(directory, 'PG_VERSION'))) rmSync(directory, { recursive: true })
  if (!hasCluster(directory, programs)) {
    createCluster({ directory, programs, account, user, password, durable: persistent })
  }
  const { server, port } = await runOnFreePort(programs.postgres, directory, account, options)
  const url = `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`
  await tryPassword(url, directory, server)
  let stopped: Promise<void> | undefined
  const stop = async () => {
    await server.stop()
    if (!persistent) removeData(dataDirectory, directory)
  }
  return {
    url,
    port,
    dataDirectory: directory,
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}

/**
 * Removes the data of a directory wherever they are; ends a left-over server before.
 *
 * @throws PostgresFailure when Gigraph still runs on them
 */
export const removePostgres = async (dataDirectory: string): Promise<void> => {
  const directory = placeData(dataDirectory, chooseAccount(dataDirectory))
  await endPreviousServer(directory)
  removeData(dataDirectory, directory)
  rmSync(sharedPlaceFor(await packagedPrograms()), { recursive: true, force: true })
}

const removeData = (wanted: string, directory: string): void => {
  rmSync(directory, { recursive: true, force: true })
  rmSync(sharedPlaceFor(wanted), { recursive: true, force: true })
}

const locate = (wanted: string, log: PostgresLog): { directory: string; account: Account } => {
  const account = chooseAccount(wanted)
  try {
    const directory = placeData(wanted, account)
    if (directory.startsWith(sharedPlaceFor(wanted))) {
      openSharedPlace(wanted)
      log.info(`PostgreSQL does not run as root and its account cannot enter ${wanted}: the data are in ${directory}`)
    }
    return { directory, account }
  } catch (error) {
    throw error instanceof PostgresFailure ? error : explainFailure('opening its directory', wanted, String(error))
  }
}

const runOnFreePort = async (
  program: string,
  directory: string,
  account: Account,
  { port: preferred = 0, persistent, settings, log, onLaunched, onLost = (why) => log.error(why) }: PostgresOptions,
): Promise<{ server: Server; port: number }> => {
  const all = { ...SETTINGS, ...(persistent ? {} : THROW_AWAY), ...settings }
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(preferred)
    try {
      const onLine = (line: string) => log.debug(line)
      const running = { program, directory, port, account, settings: all, onLine, onLost, onLaunched }
      return { port, server: await runServer(running) }
    } catch (error) {
      if (!(error instanceof TemporaryFailure) || attempt === ATTEMPTS) throw error
      await delay(PAUSE_MS)
    }
  }
}

const tryPassword = async (url: string, directory: string, server: Server): Promise<void> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  try {
    await client.connect()
  } catch (error) {
    await server.stop()
    const why = (error as { code?: string }).code === '28P01' ? 'it has another password' : (error as Error).message
    throw new PostgresFailure(`PostgreSQL: ${directory} does not let us in: ${why} (npm run reset starts afresh)`)
  }
  await client.end()
}
