import { setTimeout as wait } from 'node:timers/promises'
import type { Footprint } from './soak-gateway.ts'
import { load, quantile } from './soak-load.ts'
import { startWorker, type Worker } from './soak-process.ts'

/**
 * `pnpm soak:gateway [requests] [sockets]`: whether memory, timers and listeners of the gateway are what they were after 200,000
 * requests and 10,000 sockets, and how long others wait while a service stands still or 5,000 sockets are dropped at once.
 */
const REQUESTS = Number(process.argv[2] ?? 200_000)
const SOCKETS = Number(process.argv[3] ?? 10_000)
const HELD = SOCKETS / 2
const ROUNDS = 3
const SECONDS = 4
const GROWTH = 1.05

const workers: Worker[] = []
const start = async <T>(file: string, ...args: string[]) => {
  const started = await startWorker<T>(file, ...args)
  workers.push(started.worker)
  return started
}
const say = (line: string) => process.stdout.write(`${line}\n`)
const verdict = (isGood: boolean): string => {
  if (!isGood) process.exitCode = 1
  return isGood ? 'holds' : 'DOES NOT HOLD'
}

try {
  const items = await start<{ url: string }>('soak-service.ts', 'items')
  const stock = await start<{ url: string }>('soak-service.ts', 'stock')
  const urls = JSON.stringify({ items: items.first.url, stock: stock.first.url })
  const gateway = await start<{ url: string }>('soak-gateway.ts', urls)
  const { url } = gateway.first
  const clients = await start<object>('soak-sockets.ts', url)

  /** What the gateway holds once everything has gone that was going. */
  const footprint = async (): Promise<Footprint> => {
    await untilQuiet(url, items.worker)
    return gateway.worker.ask<Footprint>({})
  }

  const endurance = async (): Promise<void> => {
    // Compiled code, caches and pools have their size after this.
    await load({ url, requests: REQUESTS / 5, leaveEvery: 100 })
    await clients.worker.ask({ churned: SOCKETS / 5 })
    const before = await footprint()
    tell('before', before)
    const startedAt = performance.now()
    const answered = await load({ url, requests: REQUESTS, leaveEvery: 100 })
    tell(`after ${REQUESTS} requests`, await footprint())
    await clients.worker.ask({ churned: SOCKETS })
    const after = await footprint()
    tell(`after ${SOCKETS} sockets`, after)
    const growth = after.heapMb / before.heapMb
    const sameHandles = JSON.stringify(after.handles) === JSON.stringify(before.handles)
    say(
      `${answered.length} answers and ${SOCKETS} sockets in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`,
    )
    say(`heap after collection: ×${growth.toFixed(3)} (at most ×${GROWTH}): ${verdict(growth <= GROWTH)}`)
    say(`handles and listeners: ${verdict(sameHandles && after.listeners === before.listeners)}`)
  }

  await endurance()
  await compare('a service stands still', {
    calm: () => withBackground(url, () => latencyWithout(url)),
    disturbed: async () => {
      stock.worker.kill('SIGSTOP')
      try {
        return await withBackground(url, () => latencyWithout(url))
      } finally {
        stock.worker.kill('SIGCONT')
        await untilAnswers(url)
      }
    },
  })
  await compare(`${HELD} sockets are dropped at once`, {
    calm: () => withSockets(url, (_drop) => latencyWithout(url)),
    disturbed: () =>
      withSockets(url, async (drop) => {
        const measured = latencyWithout(url)
        await wait(SECONDS * 250)
        drop()
        return measured
      }),
  })
} finally {
  for (const worker of workers) worker.kill()
}

function tell(when: string, { heapMb, externalMb, residentMb, handles, listeners }: Footprint): void {
  const counts = Object.entries(handles).map(([kind, count]) => `${kind} ${count}`)
  say(
    `${when}: heap ${heapMb.toFixed(1)} MB, outside of it ${externalMb.toFixed(1)} MB, resident ${residentMb.toFixed(0)} MB, ` +
      `${counts.join(', ')}, ${listeners} listeners`,
  )
}

/** Latencies of operations that need one service only. */
function latencyWithout(url: string): Promise<number[]> {
  return load({ url, seconds: SECONDS, connections: 4, shapes: [() => ({ query: '{ items { id name } }' })] })
}

/** Others ask meanwhile for what needs both services. */
async function withBackground<T>(url: string, work: () => Promise<T>): Promise<T> {
  const others = load({
    url,
    seconds: SECONDS,
    connections: 4,
    shapes: [
      (n) => ({ query: 'query Both($n: Int) { items(first: $n) { id inStock } }', variables: { n: 1 + (n % 50) } }),
    ],
  })
  const [result] = await Promise.all([work(), others])
  return result
}

/** Thousands of subscribed sockets of one process stand open; `drop` kills that process. */
async function withSockets<T>(url: string, work: (drop: () => void) => Promise<T>): Promise<T> {
  const { worker } = await startWorker<object>('soak-sockets.ts', url)
  workers.push(worker)
  await worker.ask({ holding: HELD })
  try {
    return await work(() => worker.kill())
  } finally {
    worker.kill()
    await untilSockets(url, 1)
  }
}

interface Comparison {
  readonly calm: () => Promise<number[]>
  readonly disturbed: () => Promise<number[]>
}

/** Rounds of both in turn; the medians of their p99 are compared, since a shared machine disturbs single ones. */
async function compare(what: string, { calm, disturbed }: Comparison): Promise<void> {
  const calmP99: number[] = []
  const disturbedP99: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    calmP99.push(quantile(await calm(), 0.99))
    disturbedP99.push(quantile(await disturbed(), 0.99))
  }
  const [one, other] = [quantile(calmP99, 0.5), quantile(disturbedP99, 0.5)]
  say(
    `${what}: p99 of others ${one.toFixed(1)} → ${other.toFixed(1)} ms, ×${(other / one).toFixed(2)} (below ×2): ${verdict(other < 2 * one)}`,
  )
}

async function gauge(url: string, name: string): Promise<number> {
  const text = await (await fetch(new URL('/metrics', url))).text()
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`${what} did not come true within a minute`)
    await wait(200)
  }
}

/** No request, socket or stream is left, at the gateway and at the service; connections that were kept have gone. */
async function untilQuiet(url: string, service: Worker): Promise<void> {
  await untilSockets(url, 0)
  await until('the end of all streams', async () => {
    const { streams } = await service.ask<{ streams: number }>({})
    return (
      streams === 0 &&
      (await gauge(url, 'gateway_streams')) === 0 &&
      (await gauge(url, 'gateway_requests_in_flight')) === 0
    )
  })
  // The upstream socket closes 5 s after its last stream; kept connections to services stay for 4 s.
  await wait(7_000)
}

function untilSockets(url: string, most: number): Promise<void> {
  return until('the end of all sockets', async () => (await gauge(url, 'gateway_sockets')) <= most)
}

/** The stopped service is back, and the gateway has noticed. */
function untilAnswers(url: string): Promise<void> {
  return until('the return of the service', async () => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ warehouses }' }),
    })
    return !(await response.text()).includes('errors')
  })
}
