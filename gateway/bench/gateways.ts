import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { Profiler } from 'node:inspector'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { ENVIRONMENT } from './config.ts'
import type { Usage } from './meter.ts'

/** What is measured. `bare` is no gateway: it is the ceiling. */
export const NAMES = ['stock', 'hive', 'hive-rust', 'ours', 'bare'] as const
export type Name = (typeof NAMES)[number]

export type Variant = 'distinct' | 'identical'

/** Files that the processes read. */
export interface Files {
  readonly supergraph: string
  /** The answer to the workload's query. */
  readonly answer: string
}

/** A gateway in a process of its own. */
export interface RunningGateway {
  readonly port: number
  usage(): Promise<Usage>
  /** Profiles the process while `work` is done. */
  profile(work: () => Promise<unknown>): Promise<Profiler.Profile>
  stop(): Promise<void>
}

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url))
const HIVE = here('peers/node_modules/@graphql-hive/gateway/dist/bin.js')
const PACKAGE_MANAGER = 'pnpm@10.34.8'
const START_TIMEOUT_MS = 30_000

/**
 * Installs the gateways that are no part of the workspace, unless they are there.
 * @throws {Error} the package manager failed
 */
export function installPeers(): void {
  if (existsSync(HIVE)) return
  process.stderr.write('Installing the other gateways (once) …\n')
  const args = ['--yes', PACKAGE_MANAGER, 'install', '--ignore-workspace', '--frozen-lockfile', '--reporter=silent']
  const { status } = spawnSync('npx', args, { cwd: here('peers'), stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error('The other gateways could not be installed')
}

function commandOf(name: Name, port: number, files: Files): string[] {
  const hive = (...more: string[]) => {
    const config = here('peers/hive.config.ts')
    return [HIVE, 'supergraph', files.supergraph, '-c', config, '-h', '127.0.0.1', '-p', String(port), ...more]
  }
  switch (name) {
    case 'stock':
      return [here('stock-process.ts'), String(port), files.supergraph]
    case 'hive':
      return hive('--jit')
    case 'hive-rust':
      return hive('--hive-router-runtime')
    case 'ours':
      return [here('../src/main.ts'), '--supergraph', files.supergraph, '--port', String(port)]
    case 'bare':
      return [here('bare-process.ts'), String(port), files.answer]
  }
}

/** Starts a gateway and waits until its port is open. @throws {Error} it ended, or took longer than 30 s */
export async function startGateway(name: Name, variant: Variant, files: Files): Promise<RunningGateway> {
  const port = await freePort()
  const command = ['--import', new URL('meter.ts', import.meta.url).href, ...commandOf(name, port, files)]
  const env = { ...ENVIRONMENT, SHARE_IN_FLIGHT: variant === 'identical' ? 'on' : 'off' }
  const child = spawn(process.execPath, command, { env, cwd: here('.'), stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  let output = ''
  const keep = (chunk: Buffer) => {
    output = (output + chunk).slice(-4_000)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  try {
    await untilOpen(port, child)
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`${name} did not start: ${output}`, { cause: error })
  }
  const ask = async <Answer>(question: string): Promise<Answer> => {
    child.send(question)
    const [answer] = await once(child, 'message', { signal: AbortSignal.timeout(START_TIMEOUT_MS) })
    return answer as Answer
  }
  return {
    port,
    usage: () => ask<Usage>('usage'),
    async profile(work) {
      await ask('start profile')
      await work()
      return ask<Profiler.Profile>('stop profile')
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function untilOpen(port: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS
  for (;;) {
    if (child.exitCode !== null) throw new Error(`ended with code ${child.exitCode}`)
    const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ __typename }"}',
    }).catch((error: unknown) => {
      if (Date.now() > deadline) throw error
      return undefined
    })
    await answer?.arrayBuffer()
    if (answer?.status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
