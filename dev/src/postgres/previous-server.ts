import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isAlive } from './cluster.ts'
import { PostgresFailure } from './failure.ts'

/** A setting that PostgreSQL keeps but does not know: it tells later starts who started the server. */
export const LAUNCHER_SETTING = 'gigraph.launcher'

/** How long an orphan gets for its shutdown checkpoint before it must end without one, and before we give up. */
const POLITE_MS = 5_000
const PATIENCE_MS = 10_000

/**
 * Makes sure that no other server uses the directory.
 *
 * - A `postmaster.pid` whose process is gone is left to PostgreSQL, which replaces it.
 * - One whose process number now belongs to another program (a restarted container, a rebooted machine) is removed.
 * - A server whose launcher was killed is shut down and waited for.
 *
 * @throws PostgresFailure when the server's launcher still runs, or the orphan does not end within 10 s
 */
export const endPreviousServer = async (directory: string): Promise<void> => {
  const file = join(directory, 'postmaster.pid')
  const pid = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : 0
  if (!(pid > 0) || !isAlive(pid)) return
  const command = commandOf(pid)
  if (!command.includes(directory)) {
    rmSync(file, { force: true })
    return
  }
  const launcher = Number(new RegExp(`${LAUNCHER_SETTING}=(\\d+)`).exec(command)?.[1] ?? 0)
  if (launcher > 0 && isAlive(launcher)) {
    throw new PostgresFailure(`Gigraph already runs here as process ${launcher}: stop it first (kill ${launcher})`)
  }
  await endOrphan(pid, directory)
}

const endOrphan = async (pid: number, directory: string): Promise<void> => {
  const startedAt = performance.now()
  let signal: NodeJS.Signals | undefined
  while (isAlive(pid)) {
    const waitedMs = performance.now() - startedAt
    if (waitedMs > PATIENCE_MS) {
      throw new PostgresFailure(`PostgreSQL: process ${pid} still uses ${directory} and does not end: kill ${pid}`)
    }
    const due = waitedMs < POLITE_MS ? 'SIGINT' : 'SIGQUIT'
    if (signal !== due) sendSignal(pid, due, directory)
    signal = due
    await delay(25)
  }
}

const sendSignal = (pid: number, signal: NodeJS.Signals, directory: string): void => {
  try {
    process.kill(pid, signal)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ESRCH') return
    throw new PostgresFailure(`PostgreSQL: process ${pid} of another account uses ${directory}: kill ${pid}`)
  }
}

/** The command line of a process; empty when it cannot be read. */
const commandOf = (pid: number): string => {
  try {
    if (existsSync('/proc/self/cmdline')) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    // It ended meanwhile, or the system hides it: then it is not a server that we started.
    return ''
  }
}
