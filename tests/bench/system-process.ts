import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seedDemo } from '@gigraph/dev/seed'
import { startStack } from '@gigraph/dev/stack'
import pg from 'pg'

/**
 * The whole system in one process, with as many gigs as asked for. Tells its parent where it answers; on request what it has
 * asked of marketplace's database since, and how much CPU it has used.
 */

const [, , databaseUrl = '', size = '100000'] = process.argv
const dataDirectory = mkdtempSync(join(tmpdir(), 'gigraph-bench-'))

/** A statement with its parameters, as it went to PostgreSQL. */
export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}

let recorded: Statement[] | null = null
let marketplaceUrl = ''
record()

let seedSeconds = 0
const stack = await startStack({
  topology: 'process',
  dataDirectory,
  ports: 'free',
  databasePrefix: 'bench',
  logLevel: 'error',
  replacements: { databaseUrl },
  seed: async (services) => {
    const startedAt = performance.now()
    await seedDemo(services, { size: Number(size) })
    seedSeconds = (performance.now() - startedAt) / 1_000
  },
})
process.send?.({ graphqlUrl: stack.graphqlUrl, marketplaceUrl, seedSeconds })

process.on('message', (asked: 'cpu' | 'record' | 'recorded' | 'stop') => {
  if (asked === 'cpu') process.send?.(process.cpuUsage())
  if (asked === 'record') {
    recorded = []
    process.send?.({})
  }
  if (asked === 'recorded') {
    process.send?.({ statements: recorded })
    recorded = null
  }
  if (asked === 'stop') void stop()
})

async function stop(): Promise<void> {
  await stack.close()
  rmSync(dataDirectory, { recursive: true, force: true })
  process.disconnect?.()
}

/** Listens in at the driver: the bare endpoint shall run exactly what the service runs. */
function record(): void {
  const { prototype } = pg.Client
  const { query } = prototype as unknown as { query: (...args: unknown[]) => unknown }
  Object.assign(prototype, {
    query(this: pg.Client, ...args: unknown[]) {
      if (this.database === 'bench_marketplace') {
        marketplaceUrl ||= `postgres://${this.user}:${encodeURIComponent(this.password ?? '')}@${this.host}:${this.port}/${this.database}`
        const [config, values] = args as [string | { text: string }, unknown[] | undefined]
        if (recorded && values) recorded.push({ text: typeof config === 'string' ? config : config.text, values })
      }
      return query.apply(this, args)
    },
  })
}
