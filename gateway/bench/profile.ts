import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Profiler } from 'node:inspector'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { NAMES, startGateway, type Variant } from './gateways.ts'
import { openLoad } from './load.ts'
import { startSubgraphs } from './subgraphs.ts'
import { supergraphOf } from './workload.ts'

/**
 * `node gateway/bench/profile.ts [--gateway ours] [--variant distinct|identical] [--save FILE]`: where one request's time
 * goes, by package and by function (self time).
 */
const { values: options } = parseArgs({
  options: {
    gateway: { type: 'string', default: 'ours' },
    variant: { type: 'string', default: 'distinct' },
    seconds: { type: 'string', default: '5' },
    save: { type: 'string' },
  },
})
const variant: Variant = options.variant === 'identical' ? 'identical' : 'distinct'
const name = NAMES.find((each) => each === options.gateway) ?? 'ours'
const directory = mkdtempSync(join(tmpdir(), 'gateway-profile-'))
const subgraphs = await startSubgraphs()
const supergraph = join(directory, 'supergraph.graphql')
writeFileSync(supergraph, supergraphOf(subgraphs.urls))
const gateway = await startGateway(name, variant, { supergraph, answer: '' })
try {
  const load = await openLoad({ port: gateway.port, connections: 32, distinct: variant === 'distinct' })
  await load.run(Number(options.seconds))
  let requests = 0
  const before = await gateway.usage()
  const profile = await gateway.profile(async () => {
    requests = (await load.run(Number(options.seconds))).requests
  })
  const after = await gateway.usage()
  load.close()
  process.stdout.write(
    `${name}, ${variant}: ${((after.cpuMs - before.cpuMs) / requests).toFixed(3)} ms of CPU a request\n`,
  )
  print(profile)
  if (options.save !== undefined) writeFileSync(options.save, JSON.stringify(profile))
} finally {
  await gateway.stop()
  subgraphs.close()
  rmSync(directory, { recursive: true, force: true })
}

function print(profile: Profiler.Profile): void {
  const times = new Map<number, number>()
  profile.samples?.forEach((id, i) => {
    times.set(id, (times.get(id) ?? 0) + (profile.timeDeltas?.[i] ?? 0))
  })
  const places = new Map<string, number>()
  const functions = new Map<string, number>()
  let busy = 0
  for (const { id, callFrame } of profile.nodes) {
    const time = times.get(id) ?? 0
    if (time === 0 || callFrame.functionName === '(idle)') continue
    busy += time
    add(places, placeOf(callFrame), time)
    add(functions, `${callFrame.functionName || '(anonymous)'} ${fileOf(callFrame)}`, time)
  }
  table(places, busy, 25)
  table(functions, busy, 60)
}

function add(times: Map<string, number>, key: string, time: number): void {
  times.set(key, (times.get(key) ?? 0) + time)
}

function table(times: ReadonlyMap<string, number>, busy: number, rows: number): void {
  const sorted = [...times].sort(([, a], [, b]) => b - a).slice(0, rows)
  for (const [key, time] of sorted) process.stdout.write(`${((100 * time) / busy).toFixed(1).padStart(5)} %  ${key}\n`)
  process.stdout.write('\n')
}

/** A package, a folder of the gateway, or what the runtime itself does. */
function placeOf({ url, functionName }: { readonly url: string; readonly functionName: string }): string {
  if (url === '') return `(runtime) ${functionName.startsWith('(') ? functionName : 'native'}`
  const packages = url.split('/node_modules/')
  if (packages.length > 1) return /^(@[^/]+\/)?[^/]+/.exec(packages.at(-1) ?? '')?.[0] ?? url
  return /gateway\/src\/[^/]+/.exec(url)?.[0] ?? url.split('/')[0] ?? url
}

function fileOf({ url, lineNumber }: { readonly url: string; readonly lineNumber: number }): string {
  return url === '' ? '' : `${url.split('/').slice(-3).join('/')}:${lineNumber + 1}`
}
