/** One pass over all cases by some clients at once. */
export interface Measured {
  readonly target: string
  readonly clients: number
  /** By the case's number; milliseconds. */
  readonly latencies: readonly (readonly [number, number])[]
  /** Of the process that answers, user and system, per request. */
  readonly cpuMs: number
}

interface Task {
  readonly target: string
  readonly clients: number
  readonly works: number
  readonly run: (index: number) => Promise<void> | undefined
  readonly cpu: () => Promise<NodeJS.CpuUsage>
}

/** Times over all cases in one pass. */
const PASSES = 4

/** Runs all cases several times, by so many clients at once. */
export const measure = async ({ target, clients, works, run, cpu }: Task): Promise<Measured> => {
  const waiting = Array.from({ length: works * PASSES }, (_, index) => index % works)
  const latencies: [number, number][] = []
  const before = await cpu()
  const client = async () => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      const startedAt = performance.now()
      await run(index)
      latencies.push([index, performance.now() - startedAt])
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  const after = await cpu()
  const usedMicroseconds = after.user + after.system - before.user - before.system
  return { target, clients, latencies, cpuMs: usedMicroseconds / 1_000 / latencies.length }
}

export interface Summary {
  readonly of: (
    target: string,
    clients: number,
  ) => { readonly latencies: Measured['latencies']; readonly cpuMs: number }
}

const median = (values: readonly number[]): number => percentile(values, 0.5)

/** The value below which a share of the values lies. */
export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0

/** All rounds together; of CPU the median round. */
export const summarize = (all: readonly Measured[]): Summary => ({
  of: (target, clients) => {
    const rounds = all.filter((each) => each.target === target && each.clients === clients)
    return {
      latencies: rounds.flatMap(({ latencies }) => latencies),
      cpuMs: median(rounds.map(({ cpuMs }) => cpuMs)),
    }
  },
})
