import { Pool } from 'undici'
import { soakRequests } from './soak-graph.ts'

const CONNECTIONS = 16

export interface LoadOptions {
  readonly url: string
  /** Ends after so many requests, or after so long. */
  readonly requests?: number
  readonly seconds?: number
  /** One in so many clients goes away before its answer; 0: none. */
  readonly leaveEvery?: number
  readonly connections?: number
  /** Which operations; all of them when absent. */
  readonly shapes?: readonly ((n: number) => object)[]
}

/** Loads a gateway over connections that are kept; answers how long each request took, in ms. */
export const load = async (options: LoadOptions): Promise<number[]> => {
  const { url, requests = Number.POSITIVE_INFINITY, seconds = 3_600, leaveEvery = 0, shapes = soakRequests } = options
  const { origin, pathname } = new URL(url)
  const connections = options.connections ?? CONNECTIONS
  const pool = new Pool(origin, { connections })
  const until = performance.now() + seconds * 1_000
  const latencies: number[] = []
  let sent = 0
  const worker = async () => {
    while (sent < requests && performance.now() < until) {
      const n = sent++
      const leaving = leaveEvery > 0 && n % leaveEvery === 0 ? AbortSignal.timeout(1) : null
      const startedAt = performance.now()
      try {
        const { statusCode, body } = await pool.request({
          method: 'POST',
          path: pathname,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(shapes[n % shapes.length]?.(n)),
          signal: leaving,
        })
        await body.text()
        if (statusCode >= 500) throw new Error(`the gateway answered ${statusCode}`)
        latencies.push(performance.now() - startedAt)
      } catch (error) {
        if (!leaving?.aborted) throw error
      }
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  await pool.close()
  return latencies
}

/** The value below which a share of the values lies. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
