import { sql } from 'drizzle-orm'
import { pgTable, text } from 'drizzle-orm/pg-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  CommitOutcomeUnknown,
  type Database,
  type DatabaseConnection,
  DatabaseUnavailable,
  openDatabase,
  rows,
  type Transaction,
  transaction,
} from './index.ts'
import { type DisposableServer, startDisposableServer } from './testing/disposable-server.ts'
import { startFaultyProxy } from './testing/faulty-proxy.ts'

const notes = pgTable('notes', { id: text().primaryKey(), body: text().notNull() })
const log = { warn: vi.fn(), error: vi.fn() }

let server: DisposableServer
let connection: DatabaseConnection
let db: Database
beforeAll(async () => {
  server = await startDisposableServer()
}, 60_000)
afterAll(() => server.stop())

beforeEach(async () => {
  vi.clearAllMocks()
  connection = openDatabase({ url: server.url(), applicationName: 'test', maxConnections: 4, log })
  db = connection.db
  await db.execute(sql`drop table if exists notes`)
  await db.execute(sql`create table notes (id text primary key, body text not null)`)
})
afterEach(() => connection.close())

const write = (on: Database, id: string, body = ''): Promise<unknown> => on.insert(notes).values({ id, body })
const ids = async (): Promise<string[]> => (await db.select().from(notes).orderBy(notes.id)).map(({ id }) => id)
const killBackend = async (tx: Transaction): Promise<void> => {
  const [backend] = await rows<{ pid: number }>(tx, sql`select pg_backend_pid() as pid`)
  await db.execute(sql`select pg_terminate_backend(${backend?.pid}, 5000)`)
}

describe('retries', () => {
  test('a serialization failure runs the whole of run() again', async () => {
    await write(db, 'n', '0')
    let attempts = 0
    const increment = (): Promise<void> =>
      transaction(
        db,
        async (tx) => {
          attempts += 1
          const [note] = await tx.select().from(notes)
          // The first attempts overlap: nobody writes before everybody has read.
          await vi.waitUntil(() => attempts >= 3)
          await tx.update(notes).set({ body: String(Number(note?.body) + 1) })
        },
        { isolationLevel: 'serializable' },
      )
    await Promise.all([increment(), increment(), increment()])
    expect((await db.select().from(notes))[0]?.body).toBe('3')
    expect(attempts).toBeGreaterThan(3)
  })

  test('a lasting serialization failure is thrown after three retries', async () => {
    let attempts = 0
    const failing = transaction(db, async (tx) => {
      attempts += 1
      await tx.execute(sql`do $$ begin raise exception using errcode = '40001'; end $$`)
    })
    await expect(failing).rejects.toMatchObject({ cause: { code: '40001' } })
    expect(attempts).toBe(4)
  })

  test('a connection lost before COMMIT is replaced; the transaction happens once', async () => {
    let attempts = 0
    await transaction(db, async (tx) => {
      attempts += 1
      await write(tx, 'a')
      if (attempts === 1) await killBackend(tx)
      await write(tx, 'b')
    })
    expect(attempts).toBe(2)
    expect(await ids()).toEqual(['a', 'b'])
  })

  test('a connection lost between the last statement and COMMIT is no success', async () => {
    let attempts = 0
    const unlucky = transaction(db, async (tx) => {
      attempts += 1
      await write(tx, 'a')
      await killBackend(tx)
      // Until the client has heard of it; COMMIT must not be what finds out.
      await expect.poll(() => rows(tx, sql`select 1`).catch(() => 'lost')).toBe('lost')
    })
    await expect(unlucky).rejects.toThrow(DatabaseUnavailable)
    expect(attempts).toBe(4)
    expect(await ids()).toEqual([])
  })
})

describe('a network that fails', () => {
  test('COMMIT whose answer is lost is neither a success nor repeated', async () => {
    const proxy = await startFaultyProxy(server.url())
    const through = openDatabase({ url: proxy.url, applicationName: 'proxied' })
    proxy.loseAnswerTo('commit')
    let attempts = 0
    const unknown = transaction(through.db, async (tx) => {
      attempts += 1
      await write(tx, 'a')
    })
    await expect(unknown).rejects.toThrow(CommitOutcomeUnknown)
    expect(attempts).toBe(1)
    expect(await ids()).toEqual(['a'])
    await transaction(through.db, (tx) => write(tx, 'b'))
    await through.close()
    await proxy.close()
  })

  test('a deadline that passes during COMMIT is no proof that nothing happened', async () => {
    const proxy = await startFaultyProxy(server.url())
    const through = openDatabase({ url: proxy.url, applicationName: 'proxied' })
    const late = transaction(
      through.db,
      async (tx) => {
        await write(tx, 'a')
        proxy.freeze()
      },
      { timeoutMs: 500 },
    )
    await expect(late).rejects.toThrow(CommitOutcomeUnknown)
    await proxy.close()
    await through.close()
  })

  test('silence ends within 8 s: in a transaction, in COMMIT, in a query, in a new connection', {
    timeout: 20_000,
  }, async () => {
    const proxy = await startFaultyProxy(server.url())
    const through = openDatabase({ url: proxy.url, applicationName: 'proxied', maxConnections: 4 })
    // Three connections: for two transactions and the query; the ping will want a fourth.
    await Promise.all([through.ping(), through.ping(), through.ping()])
    const startedAt = performance.now()
    const bothOpen = Promise.withResolvers<void>()
    let open = 0
    const untilFrozen = async (tx: Transaction, id: string): Promise<void> => {
      await write(tx, id)
      open += 1
      if (open === 2) {
        proxy.freeze()
        bothOpen.resolve()
      }
      await bothOpen.promise
    }
    const outcomes = Promise.allSettled([
      transaction(through.db, (tx) => untilFrozen(tx, 'a')),
      transaction(through.db, (tx) => untilFrozen(tx, 'b').then(() => write(tx, 'c'))),
      bothOpen.promise.then(() => through.db.select().from(notes)),
      bothOpen.promise.then(() => through.ping()),
      transaction(db, () => new Promise(() => undefined)),
    ])
    const reasons = (await outcomes).map((outcome) => (outcome.status === 'rejected' ? outcome.reason : outcome.value))
    expect(performance.now() - startedAt).toBeLessThan(8_000)
    expect(reasons[0]).toBeInstanceOf(CommitOutcomeUnknown)
    expect(reasons[1]).toBeInstanceOf(DatabaseUnavailable)
    expect(reasons[2]).toBeInstanceOf(Error)
    expect(reasons[3]).toBeInstanceOf(Error)
    expect(reasons[4]).toBeInstanceOf(DatabaseUnavailable)
    await proxy.close()
    await through.close()
  })
})
