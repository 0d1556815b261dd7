import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Whether this machine has a redis-server; tests that need one are skipped, and say so, where it has none. */
export const hasRedis = (): boolean => spawnSync('redis-server', ['--version']).status === 0

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

/** A throw-away Redis. */
export interface TestRedis {
  readonly url: string
  /** Ends it without a goodbye, as a crash would. */
  kill(): Promise<void>
  /** Starts it again, with what it knew. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** Starts a Redis on a free port, configured as operators are told to; resolves when it accepts connections. */
export const startRedis = async (): Promise<TestRedis> => {
  const port = await freePort()
  const directory = mkdtempSync(join(tmpdir(), 'gigraph-redis-'))
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: directory,
    save: '',
    appendonly: 'yes',
    'maxmemory-policy': 'noeviction',
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  const launch = async () => {
    const launched = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'inherit'] })
    for await (const line of createInterface({ input: launched.stdout }))
      if (line.includes('Ready to accept connections')) break
    return launched
  }
  let server = await launch()
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    const ended = once(server, 'exit')
    server.kill(signal)
    await ended
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    kill: () => end('SIGKILL'),
    start: async () => {
      server = await launch()
    },
    stop: async () => {
      await end('SIGTERM')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
