import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seedDemo } from '@gigraph/dev/seed'
import { startStack } from '@gigraph/dev/stack'
import pg from 'pg'
import { createProfiler } from './profile.ts'

/**
 * The whole system in one process, with as many gigs as asked for. Tells its parent where it answers; on request what it has
 * asked of marketplace's database since, and how much CPU it has used.
 */

const [, , databaseUrl = '', size = '100000'] = process.argv
const dataDirectory = mkdtempSync(join(tmpdir(), 'gigraph-bench-'))

/** A statement with its parameters, as it went to PostgreSQL. */
export interface Statement {
  /** Of one that PostgreSQL keeps prepared. */
  readonly name: string | undefined
  readonly text: string
  readonly values: readonly unknown[]
}

const profile = createProfiler()
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
    await tidy()
  },
})
process.send?.({ graphqlUrl: stack.graphqlUrl, marketplaceUrl, seedSeconds })

process.on('message', (asked: 'cpu' | 'record' | 'recorded' | 'profile' | 'profiled' | 'stop') => {
  if (asked === 'cpu') process.send?.(process.cpuUsage())
  if (asked === 'record') {
    recorded = []
    process.send?.({})
  }
  if (asked === 'recorded') {
    process.send?.({ statements: recorded })
    recorded = null
  }
  if (asked === 'profile') void profile.start().then(() => process.send?.({}))
  if (asked === 'profiled') void profile.stop().then((taken) => process.send?.(taken))
  if (asked === 'stop') void stop()
})

async function stop(): Promise<void> {
  await stack.close()
  rmSync(dataDirectory, { recursive: true, force: true })
  process.disconnect?.()
}

/** What autovacuum does within a minute of so many new rows: statistics, and which pages an index may answer for alone. */
async function tidy(): Promise<void> {
  for (const name of ['identity', 'marketplace', 'reviews']) {
    const url = new URL(databaseUrl)
    url.pathname = `/bench_${name}`
    const client = new pg.Client(url.href)
    await client.connect()
    await client.query('vacuum analyze')
    await client.end()
  }
}

/** Listens in at the driver: the bare endpoint shall run exactly what the service runs. */
function record(): void {
  const { prototype } = pg.Client
  const { query } = prototype as unknown as { query: (...args: unknown[]) => unknown }
  Object.assign(prototype, {
    query(this: pg.Client, ...args: unknown[]) {
      if (this.database === 'bench_marketplace') {
        marketplaceUrl ||= `postgres://${this.user}:${encodeURIComponent(this.password ?? '')}@${this.host}:${this.port}/${this.database}`
        const [config, values = []] = args as [Partial<Statement> | string, unknown[] | undefined]
        const { name, text = '' } = typeof config === 'string' ? { text: config } : config
        // The relay looks for facts to tell once a second, whether anybody searches or not.
        if (recorded && values.length > 0 && !text.includes('"outbox"')) recorded.push({ name, text, values })
      }
      return query.apply(this, args)
    },
  })
}
