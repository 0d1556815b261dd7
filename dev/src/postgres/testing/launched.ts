import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

const LAUNCH = fileURLToPath(new URL('./launch.ts', import.meta.url))

/** What the launcher told; one of `url` and `failure` is there. */
interface Told {
  url?: string
  port?: number
  dataDirectory?: string
  failure?: string
  info?: string
}

/** A launcher in a process of its own. */
export interface Launched extends Told {
  readonly pid: number
  readonly process: ChildProcess
  /** Asks it to stop and waits for its end. */
  stop(): Promise<void>
  /** SIGKILL: it can clean nothing up. */
  kill(): Promise<void>
}

/** Launches a server in another process, under another account when one is given, and waits for what it tells. */
export const launch = async (options: object, account: { uid?: number; gid?: number } = {}): Promise<Launched> => {
  const child = spawn(
    process.execPath,
    [LAUNCH, JSON.stringify({ password: 'secret', persistent: true, ...options })],
    {
      ...account,
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  const told: Told = {}
  for await (const line of createInterface({ input: child.stdout })) {
    Object.assign(told, JSON.parse(line))
    if (told.url || told.failure) break
  }
  const ended = child.exitCode === null ? once(child, 'exit') : Promise.resolve()
  return {
    ...told,
    pid: child.pid ?? 0,
    process: child,
    stop: async () => {
      child.stdin.end()
      await ended
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** The process number in `postmaster.pid`. */
export const postmasterOf = (dataDirectory: string): number =>
  Number.parseInt(readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8'), 10)

/** Runs statements on one connection and gives the rows of the last. */
export const query = async (url: string | undefined, ...statements: string[]): Promise<object[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    let rows: object[] = []
    for (const statement of statements) rows = (await client.query<object>(statement)).rows
    return rows
  } finally {
    await client.end()
  }
}
