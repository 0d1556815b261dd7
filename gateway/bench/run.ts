import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  type Files,
  installPeers,
  NAMES,
  type Name,
  type RunningGateway,
  startGateway,
  type Variant,
} from './gateways.ts'
import { openLoad } from './load.ts'
import { type Round, requirements, summarize, tableOf, verdict } from './report.ts'
import { startSubgraphs } from './subgraphs.ts'
import { supergraphOf } from './workload.ts'

/**
 * `pnpm bench:gateway`: this gateway beside stock Apollo and Hive Gateway, on the same services, in interleaved rounds.
 * `--seconds N` per round, `--rounds N`, `--connections N`, `--only ours,stock`, `--json FILE`.
 */
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '32' },
    only: { type: 'string', default: NAMES.join() },
    json: { type: 'string' },
  },
})
const SECONDS = Number(options.seconds)
const CONNECTIONS = Number(options.connections)
const names = NAMES.filter((name) => options.only.split(',').includes(name))
const WARM_REQUESTS = 3_000
const VARIANTS: readonly Variant[] = ['distinct', 'identical']

/** A gateway that stays up through all rounds of one variant. */
interface Entrant {
  readonly name: Name
  readonly gateway: RunningGateway
  readonly rounds: Round[]
}

const say = (text: string) => process.stdout.write(text)
const progress = (text: string) => process.stderr.write(text)

if (names.some((name) => name.startsWith('hive'))) installPeers()
const directory = mkdtempSync(join(tmpdir(), 'gateway-bench-'))
const subgraphs = await startSubgraphs()
const running = new Set<RunningGateway>()
const loadBefore = loadavg()
try {
  const files = { supergraph: join(directory, 'supergraph.graphql'), answer: join(directory, 'answer.json') }
  writeFileSync(files.supergraph, supergraphOf(subgraphs.urls))
  const answer = await referenceAnswer(files)
  writeFileSync(files.answer, answer)
  const rounds = {
    distinct: await runVariant('distinct', files, answer),
    identical: await runVariant('identical', files, answer),
  }
  present(rounds, Buffer.byteLength(answer))
} finally {
  for (const gateway of running) await gateway.stop()
  subgraphs.close()
  rmSync(directory, { recursive: true, force: true })
}

/** Stock Apollo's answer, by which all others are judged. */
async function referenceAnswer(files: Files): Promise<string> {
  const gateway = await start('stock', 'distinct', files)
  const load = await openLoad({ port: gateway.port, connections: 1, distinct: true })
  const answer = JSON.stringify(JSON.parse(await load.once()))
  load.close()
  await stop(gateway)
  return answer
}

async function start(name: Name, variant: Variant, files: Files): Promise<RunningGateway> {
  const gateway = await startGateway(name, variant, files)
  running.add(gateway)
  return gateway
}

async function stop(gateway: RunningGateway): Promise<void> {
  running.delete(gateway)
  await gateway.stop()
}

/** All gateways start, warm up one after the other, and take turns; idle ones cost nothing. */
async function runVariant(variant: Variant, files: Files, answer: string): Promise<Map<Name, readonly Round[]>> {
  const entrants: Entrant[] = []
  for (const name of names) {
    progress(`${variant}: ${name} warms up\n`)
    const gateway = await start(name, variant, files)
    await warmUp(gateway, variant, answer)
    entrants.push({ name, gateway, rounds: [] })
  }
  for (let round = 1; round <= Number(options.rounds); round++) {
    progress(`${variant}: round ${round} of ${options.rounds}\n`)
    for (const { gateway, rounds } of entrants) rounds.push(await measure(gateway, variant))
  }
  for (const { gateway } of entrants) await stop(gateway)
  return new Map(entrants.map(({ name, rounds }) => [name, rounds]))
}

async function warmUp({ port }: RunningGateway, variant: Variant, answer: string): Promise<void> {
  const load = await openLoad({ port, connections: CONNECTIONS, distinct: variant === 'distinct' })
  const given = JSON.stringify(JSON.parse(await load.once()))
  if (given !== answer) throw new Error(`Another answer than stock's: ${given.slice(0, 500)}`)
  // Compiled code is what is measured; a machine with other work takes longer to get there.
  let requests = 0
  for (let turn = 0; turn < 3 && requests < WARM_REQUESTS; turn++) requests += (await load.run(SECONDS)).requests
  load.close()
}

async function measure(gateway: RunningGateway, variant: Variant): Promise<Round> {
  const load = await openLoad({ port: gateway.port, connections: CONNECTIONS, distinct: variant === 'distinct' })
  await load.run(0.3)
  const callsBefore = subgraphs.calls()
  const before = await gateway.usage()
  const driverBefore = process.cpuUsage()
  const { requests, seconds, latenciesMs } = await load.run(SECONDS)
  const driver = process.cpuUsage(driverBefore)
  const after = await gateway.usage()
  load.close()
  const at = (share: number) => latenciesMs[Math.floor(latenciesMs.length * share)] ?? Number.NaN
  return {
    perSecond: requests / seconds,
    cpuMsPerRequest: (after.cpuMs - before.cpuMs) / requests,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    fetchesPerRequest: (subgraphs.calls() - callsBefore) / requests,
    peakMb: after.peakMb,
    driverBusy: (driver.user + driver.system) / 1e6 / seconds,
  }
}

function present(rounds: Record<Variant, Map<Name, readonly Round[]>>, bytes: number): void {
  const machine = `${availableParallelism()} × ${cpus()[0]?.model.trim()}, Node ${process.version}`
  const load = `load ${loadBefore[0]?.toFixed(2)} before, ${loadavg()[0]?.toFixed(2)} after`
  const setting = `${options.rounds} rounds of ${SECONDS} s, ${CONNECTIONS} connections, answers of ${bytes} bytes`
  say(`\n${machine}; ${load}\n${setting}; medians. "driver": the core's share that load and services took.\n`)
  for (const variant of VARIANTS) say(`\n${variant} requests\n${tableOf(summarize(rounds, variant))}`)
  const held = requirements(summarize(rounds, 'distinct'), summarize(rounds, 'identical'))
  say(`\n${verdict(held)}`)
  if (options.json === undefined) return
  const tables = Object.fromEntries(VARIANTS.map((variant) => [variant, summarize(rounds, variant)]))
  const all = Object.fromEntries(VARIANTS.map((variant) => [variant, Object.fromEntries(rounds[variant])]))
  writeFileSync(
    options.json,
    `${JSON.stringify({ machine, load, setting, tables, requirements: held, rounds: all }, null, 2)}\n`,
  )
}
