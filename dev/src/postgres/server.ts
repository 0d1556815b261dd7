import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Account } from './account.ts'
import { cleanEnvironment } from './cluster.ts'
import { explainFailure, PostgresFailure } from './failure.ts'
import { LAUNCHER_SETTING } from './previous-server.ts'

/** Crash recovery of a development database takes seconds; a minute means that something is wrong. */
const READY_WITHIN_MS = 60_000
const STOP_WITHIN_MS = 10_000

/**
 * Runs the server in a session of its own, so that Ctrl-C does not reach it before the services have stopped, and
 * shuts it down when standard input closes: that also happens when the launcher is killed, whatever the signal.
 */
const SUPERVISOR = `
exec 3<&0
"$@" 3<&- </dev/null &
server=$!
( read -r line <&3; kill -INT "$server" ) >/dev/null 2>&1 &
watcher=$!
exec 3<&- </dev/null
wait "$server"
status=$?
kill "$watcher" 2>/dev/null
exit "$status"
`

export interface ServerOptions {
  readonly program: string
  readonly directory: string
  readonly port: number
  readonly account: Account
  readonly settings: Readonly<Record<string, string | number>>
  /** Called when the server's process has begun to start; it takes a while until it accepts connections. */
  readonly onLaunched?: (() => void) | undefined
  /** Receives each line that the server prints. */
  readonly onLine: (line: string) => void
  /** Called when the server ends although nobody stopped it; `why` is its last word. */
  readonly onLost: (why: string) => void
}

export interface Server {
  /** Ends all sessions, writes a checkpoint and resolves when the process is gone. May be called again. */
  stop(): Promise<void>
}

/** The port was taken between the look and the bind, or the previous server's memory is not released yet. */
export class TemporaryFailure extends PostgresFailure {}

/** Starts a server and resolves when it accepts connections. Throws one line when it does not. */
export const runServer = async (options: ServerOptions): Promise<Server> => {
  const { program, directory, port, account, settings } = options
  const flags = Object.entries({ ...settings, [LAUNCHER_SETTING]: process.pid }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const command = ['-c', SUPERVISOR, 'sh', program, '-D', directory, '-p', String(port), ...flags]
  const child = spawn('/bin/sh', command, {
    ...account,
    cwd: '/',
    detached: true,
    env: cleanEnvironment(),
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  options.onLaunched?.()
  const printed = await untilReady(child, options)
  let stopping: Promise<void> | undefined
  child.once('exit', () => {
    if (!stopping) options.onLost(explainFailure('running', directory, printed.slice(-20).join('\n')).message)
  })
  return {
    stop: () => {
      stopping ??= stopServer(child, directory)
      return stopping
    },
  }
}

const untilReady = (child: ChildProcess, { directory, onLine }: ServerOptions): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const printed: string[] = []
    const timer = setTimeout(() => {
      child.stdin?.end()
      reject(new PostgresFailure(`PostgreSQL: ${directory} was not ready after ${READY_WITHIN_MS / 1000} s`))
    }, READY_WITHIN_MS)
    child.once('error', (error) => reject(explainFailure('starting', directory, error.message)))
    child.once('close', () => {
      clearTimeout(timer)
      reject(whyNotStarted(directory, printed.join('\n')))
    })
    if (!child.stderr) throw new TypeError('the server was spawned without a pipe for its messages')
    createInterface({ input: child.stderr }).on('line', (line) => {
      printed.push(line)
      if (printed.length > 200) printed.shift()
      onLine(line)
      if (!line.includes('ready to accept connections')) return
      clearTimeout(timer)
      resolve(printed)
    })
  })

const whyNotStarted = (directory: string, output: string): PostgresFailure => {
  if (/Address already in use|could not create any TCP\/IP sockets/.test(output)) {
    return new TemporaryFailure('PostgreSQL: its port was taken while it started')
  }
  if (output.includes('pre-existing shared memory block')) {
    return new TemporaryFailure(`PostgreSQL: a killed server has not left ${directory} yet`)
  }
  return explainFailure('starting', directory, output)
}

const stopServer = async (child: ChildProcess, directory: string): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  const impatience = setTimeout(() => quitNow(directory), STOP_WITHIN_MS)
  child.stdin?.end()
  await gone
  clearTimeout(impatience)
}

/** Ends the server without a checkpoint; the next start recovers from the log. */
const quitNow = (directory: string): void => {
  const file = join(directory, 'postmaster.pid')
  const pid = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : 0
  if (pid > 0) process.kill(pid, 'SIGQUIT')
}
