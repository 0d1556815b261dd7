import fastify from 'fastify'
import postgres from 'postgres'
import type { Statement } from './system-process.ts'

/** What a program would be that only finds gigs: Fastify, the driver, the same statements, and the gigs as JSON. */

const sql = postgres(process.argv[2] ?? '', { max: 10 })
const prepared = new Map<string, readonly Statement[]>()

interface GigRow {
  readonly [column: string]: unknown
}

const app = fastify()
app.get<{ Params: { key: string } }>('/search/:key', async ({ params }) => {
  const answers: GigRow[][] = []
  for (const { name, text, values } of prepared.get(params.key) ?? [])
    answers.push(await sql.unsafe<GigRow[]>(text, values as never[], { prepare: name !== undefined }))
  return { answers: answers.map((rows) => rows.map(shown)) }
})
await app.listen({ host: '127.0.0.1', port: 0 })
const address = app.server.address()
process.send?.({ url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}` })

/** Of a gig what the system's answer shows of it; of counts all. */
function shown(row: GigRow): GigRow {
  if (!('slug' in row)) return row
  const { id, slug, seller_id, title, price_minor, currency, delivery_days } = row
  return {
    id,
    slug,
    title,
    deliveryDays: delivery_days,
    startingPrice: { amountMinor: Number(price_minor), currency },
    sellerId: seller_id,
  }
}

process.on('message', (asked: 'cpu' | 'stop' | { key: string; statements: readonly Statement[] }) => {
  if (asked === 'cpu') process.send?.(process.cpuUsage())
  else if (asked === 'stop') void stop()
  else {
    prepared.set(asked.key, asked.statements)
    process.send?.({})
  }
})

async function stop(): Promise<void> {
  await app.close()
  await sql.end()
  process.disconnect?.()
}
