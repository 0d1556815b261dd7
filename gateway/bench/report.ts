import type { Name, Variant } from './gateways.ts'

/** One round of one gateway. */
export interface Round {
  readonly perSecond: number
  readonly cpuMsPerRequest: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly fetchesPerRequest: number
  readonly peakMb: number
  /** Share of one core that load and services together took. */
  readonly driverBusy: number
}

export type Rounds = Readonly<Record<Variant, ReadonlyMap<Name, readonly Round[]>>>

/** Medians of a gateway's rounds, and what the same rounds say beside another gateway. */
export interface Row extends Round {
  readonly name: Name
  /** Throughput over stock's; stock's processor time over its own. */
  readonly timesStock: number
  readonly cpuTimesStock: number
}

export interface Requirement {
  readonly text: string
  readonly required: number
  readonly byThroughput: number
  readonly byCpu: number
}

const PEERS: readonly Name[] = ['stock', 'hive', 'hive-rust']

/** The table of one variant, and how far ours is ahead. */
export function summarize(rounds: Rounds, variant: Variant): Row[] {
  const stock = rounds[variant].get('stock') ?? []
  return [...rounds[variant]].map(([name, own]) => {
    const of = (pick: (round: Round) => number) => median(own.map(pick))
    return {
      name,
      perSecond: of((round) => round.perSecond),
      timesStock: median(own.map((round, i) => round.perSecond / (stock[i]?.perSecond ?? Number.NaN))),
      cpuMsPerRequest: of((round) => round.cpuMsPerRequest),
      cpuTimesStock: median(own.map((round, i) => (stock[i]?.cpuMsPerRequest ?? Number.NaN) / round.cpuMsPerRequest)),
      p50Ms: of((round) => round.p50Ms),
      p99Ms: of((round) => round.p99Ms),
      fetchesPerRequest: of((round) => round.fetchesPerRequest),
      peakMb: Math.max(...own.map((round) => round.peakMb)),
      driverBusy: of((round) => round.driverBusy),
    }
  })
}

/** What is required, by throughput and by processor time. */
export function requirements(distinct: readonly Row[], identical: readonly Row[]): Requirement[] {
  return [
    ahead('distinct, over stock', 8, distinct, ['stock']),
    ahead('distinct, over the best peer', 2, distinct, PEERS),
    ahead('identical, over the best peer', 1.5, identical, PEERS),
  ]
}

function ahead(text: string, required: number, rows: readonly Row[], names: readonly Name[]): Requirement {
  const ours = rows.find(({ name }) => name === 'ours')
  const peers = rows.filter(({ name }) => names.includes(name))
  return {
    text,
    required,
    byThroughput: (ours?.perSecond ?? Number.NaN) / Math.max(...peers.map(({ perSecond }) => perSecond)),
    byCpu: Math.min(...peers.map(({ cpuMsPerRequest }) => cpuMsPerRequest)) / (ours?.cpuMsPerRequest ?? Number.NaN),
  }
}

const HEADINGS = ['', 'req/s', '× stock', 'CPU ms/req', '× stock', 'p50 ms', 'p99 ms', 'fetches', 'peak MB', 'driver']

/** A variant's table as text. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.name,
    row.perSecond.toFixed(0),
    row.timesStock.toFixed(2),
    row.cpuMsPerRequest.toFixed(3),
    row.cpuTimesStock.toFixed(2),
    row.p50Ms.toFixed(1),
    row.p99Ms.toFixed(1),
    row.fetchesPerRequest.toFixed(1),
    row.peakMb.toFixed(0),
    `${(row.driverBusy * 100).toFixed(0)} %`,
  ])
  return columns([HEADINGS, ...cells])
}

/** The requirements as text. */
export function verdict(all: readonly Requirement[]): string {
  const cells = all.map(({ text, required, byThroughput, byCpu }) => [
    text,
    `≥ ${required}`,
    `${byThroughput.toFixed(2)} ${byThroughput >= required ? 'held' : 'MISSED'}`,
    `${byCpu.toFixed(2)} ${byCpu >= required ? 'held' : 'MISSED'}`,
  ])
  return columns([['ours', 'required', 'by req/s', 'by CPU'], ...cells])
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? []
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  return `${rows.map(line).join('\n')}\n`
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
