import { percentile, type Summary } from './measure.ts'

interface Work {
  readonly name: string
  readonly statements: number
}

const say = (line: string) => process.stdout.write(`${line}\n`)
const milliseconds = (value: number) => value.toFixed(1).padStart(7)

/** Prints latencies per case at one client, and CPU as a ratio, against what is required. */
export const report = (works: readonly Work[], summary: Summary): void => {
  const ours = summary.of('ours', 1)
  const bare = summary.of('bare', 1)
  say(`\n${'one client'.padEnd(36)}   p50 ms  p95 ms | bare p50  p95 ms | statements`)
  for (const name of new Set(works.map((work) => work.name))) {
    const of = ({ latencies }: typeof ours) =>
      latencies.filter(([index]) => works[index]?.name === name).map(([, taken]) => taken)
    const line = [ours, bare].map(
      (each) => `${milliseconds(percentile(of(each), 0.5))} ${milliseconds(percentile(of(each), 0.95))}`,
    )
    say(`${name.padEnd(36)}  ${line.join(' |  ')} | ${works.find((work) => work.name === name)?.statements}`)
  }
  const all = (each: typeof ours) => each.latencies.map(([, taken]) => taken)
  say(
    `${'all'.padEnd(36)}  ${[ours, bare].map((each) => `${milliseconds(percentile(all(each), 0.5))} ${milliseconds(percentile(all(each), 0.95))}`).join(' |  ')} | required: p95 ≤ 50`,
  )
  for (const clients of [1, 4]) {
    const [mine, theirs] = [summary.of('ours', clients).cpuMs, summary.of('bare', clients).cpuMs]
    say(
      `CPU per request with ${clients} client${clients === 1 ? '' : 's'}: ${mine.toFixed(2)} ms, bare ${theirs.toFixed(2)} ms: ${(mine / theirs).toFixed(2)} × (required: ≤ 2)`,
    )
  }
}
