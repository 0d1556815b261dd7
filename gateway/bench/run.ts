import { type ChildProcess, fork, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Pool } from 'undici'
import { compose } from '../src/supergraph/compose.ts'
import { ENVIRONMENT } from './config.ts'
import { query, schemas } from './workload.ts'

/** `pnpm bench:gateway [seconds]`: this gateway and stock Apollo on the same services, as ratios to stock. */
const SECONDS = Number(process.argv[2] ?? 6)
const CONNECTIONS = 32
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url))

interface Measured {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly cpuMsPerRequest: number
  readonly callsPerRequest: number
  readonly peakMb: number
  readonly bytes: number
}

const children: ChildProcess[] = []
const services = fork(here('services-process.ts'))
children.push(services)
try {
  const { urls } = await message<{ urls: Record<string, string> }>(services)
  const file = supergraphFile(urls)
  const targets = {
    stock: () => spawn(process.execPath, [here('stock-process.ts'), file], { env: ENVIRONMENT }),
    ours: () =>
      spawn(process.execPath, [here('../src/main.ts'), '--supergraph', file, '--port', '0'], { env: ENVIRONMENT }),
  }
  const rows: Record<string, Record<string, Measured>> = { distinct: {}, identical: {} }
  for (const [name, start] of Object.entries(targets)) {
    for (const variant of ['distinct', 'identical'] as const) {
      const child = start()
      children.push(child)
      const measured = await measure(await urlOf(child), child, variant === 'distinct')
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
      const variantRows = rows[variant]
      if (variantRows !== undefined) variantRows[name] = measured
    }
  }
  for (const [variant, measured] of Object.entries(rows)) print(variant, measured)
} finally {
  for (const child of children) child.kill('SIGKILL')
}

function supergraphFile(urls: Record<string, string>): string {
  const composition = compose(Object.entries(schemas).map(([name, sdl]) => ({ name, sdl, url: urls[name] ?? '' })))
  if (composition.errors !== undefined) throw new Error(composition.errors.join('\n'))
  const file = join(mkdtempSync(join(tmpdir(), 'gateway-bench-')), 'supergraph.graphql')
  writeFileSync(file, composition.supergraphSdl)
  return file
}

async function measure(url: string, child: ChildProcess, distinct: boolean): Promise<Measured> {
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, { connections: CONNECTIONS })
  const body = JSON.stringify({ query, operationName: 'TestQuery' })
  let sent = 0
  let bytes = 0
  const once = async () => {
    const authorization = distinct ? `Bearer ${++sent}` : 'Bearer 0'
    const headers = { 'content-type': 'application/json', authorization }
    const response = await pool.request({ method: 'POST', path: pathname, body, headers })
    const text = await response.body.text()
    if (response.statusCode !== 200 || text.includes('"errors"')) throw new Error(text.slice(0, 500))
    bytes = text.length
  }
  await load(once, Math.max(2, SECONDS / 2))
  services.send('reset')
  await message(services)
  const cpuBefore = cpuMs(child)
  const latencies = await load(once, SECONDS)
  const cpuAfter = cpuMs(child)
  services.send('read')
  const { calls } = await message<{ calls: number }>(services)
  await pool.close()
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0
  return {
    perSecond: latencies.length / SECONDS,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    cpuMsPerRequest: (cpuAfter - cpuBefore) / latencies.length,
    callsPerRequest: calls / latencies.length,
    peakMb: peakMb(child),
    bytes,
  }
}

async function load(once: () => Promise<void>, seconds: number): Promise<number[]> {
  const until = performance.now() + seconds * 1_000
  const latencies: number[] = []
  const worker = async () => {
    while (performance.now() < until) {
      const startedAt = performance.now()
      await once()
      latencies.push(performance.now() - startedAt)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  return latencies
}

/** User and system time of a process; /proc counts in ticks of 10 ms. */
function cpuMs(child: ChildProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

function peakMb(child: ChildProcess): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1_024
}

function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve) => child.once('message', (received) => resolve(received as T)))
}

function urlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const read = (chunk: Buffer) => {
      output += chunk
      const url = /GraphQL at (\S+)/.exec(output)?.[1]
      if (url !== undefined) resolve(url)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('exit', () => reject(new Error(`A gateway did not start: ${output}`)))
  })
}

function print(variant: string, rows: Record<string, Measured>): void {
  process.stdout.write(`\n${variant} requests, ${CONNECTIONS} connections, ${SECONDS} s\n`)
  const stock = rows.stock?.perSecond ?? 1
  for (const [name, row] of Object.entries(rows)) {
    process.stdout.write(
      `${name.padEnd(8)} ${row.perSecond.toFixed(0).padStart(6)}/s  ×${(row.perSecond / stock).toFixed(2).padStart(5)}  ` +
        `p50 ${row.p50Ms.toFixed(1)} ms  p99 ${row.p99Ms.toFixed(1)} ms  CPU ${row.cpuMsPerRequest.toFixed(2)} ms  ` +
        `${row.callsPerRequest.toFixed(1)} fetches  peak ${row.peakMb.toFixed(0)} MB  ${row.bytes} bytes\n`,
    )
  }
}
