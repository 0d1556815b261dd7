import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

/** A program of the stack that runs as its own process and is started again when it dies. */
export interface SupervisedProcess {
  readonly name: string
  /** The process in charge now; another one after a restart. */
  pid(): number | undefined
  stop(): Promise<void>
}

interface ProcessOptions {
  readonly name: string
  /** The TypeScript file to run. */
  readonly script: string
  readonly environment: Readonly<Record<string, string>>
  /** Answers 200 when it is ready. */
  readonly readyUrl: string
  /** One line about what happens to it. */
  readonly tell: (line: string) => void
}

const READY_WITHIN_MS = 60_000
const RESTART_AFTER_MS = 1_000
const QUICK_IMPORTS = new URL('../imports/index.ts', import.meta.url).href

/** Variables that a child gets from this process; its configuration comes from `environment` alone. */
const inherited = (): Record<string, string | undefined> => {
  const { PATH, HOME, NODE_ENV, APOLLO_TELEMETRY_DISABLED, NODE_COMPILE_CACHE, TMPDIR } = process.env
  return { PATH, HOME, NODE_ENV, APOLLO_TELEMETRY_DISABLED, NODE_COMPILE_CACHE, TMPDIR }
}

/** Starts a process, resolves when it is ready, and starts it again whenever it ends unasked. */
export const superviseProcess = async (options: ProcessOptions): Promise<SupervisedProcess> => {
  const { name, tell } = options
  let stopping = false
  let child = launch(options)

  const watch = (watched: ChildProcess) => {
    watched.once('exit', (code, signal) => {
      if (stopping) return
      tell(`${name} ended (${signal ?? `code ${code}`}) and is started again`)
      void delay(RESTART_AFTER_MS).then(() => {
        if (stopping) return
        child = launch(options)
        watch(child)
      })
    })
  }
  await untilReady(child, options)
  watch(child)
  return {
    name,
    pid: () => child.pid,
    stop: async () => {
      stopping = true
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

const launch = ({ script, environment }: ProcessOptions): ChildProcess => {
  const child = spawn(process.execPath, ['--import', QUICK_IMPORTS, script], {
    env: { ...inherited(), ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // Log lines go on to this process's output; the greeting is for people who start one service by hand.
  createInterface({ input: child.stdout as NonNullable<ChildProcess['stdout']> }).on('line', (line) => {
    if (line.startsWith('{')) process.stdout.write(`${line}\n`)
  })
  return child
}

const untilReady = async (child: ChildProcess, { name, readyUrl }: ProcessOptions): Promise<void> => {
  const deadline = performance.now() + READY_WITHIN_MS
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`${name} ended with code ${child.exitCode} while starting`)
    const ready = await fetch(readyUrl).then(
      (response) => response.ok,
      () => false,
    )
    if (ready) return
    await delay(50)
  }
  child.kill('SIGKILL')
  throw new Error(`${name} was not ready within ${READY_WITHIN_MS / 1_000} s`)
}
