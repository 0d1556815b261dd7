import { sql } from 'drizzle-orm'
import { bigint, boolean, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { copyRows, type DatabaseConnection, DatabaseUnavailable, openDatabase, rows, transaction } from './index.ts'
import { type DisposableServer, startDisposableServer } from './testing/disposable-server.ts'

const things = pgTable('things', {
  id: integer('the id').primaryKey(),
  body: text().notNull(),
  tags: text().array().notNull().default([]),
  content: jsonb().$type<unknown>(),
  amount: bigint({ mode: 'number' }),
  done: boolean().notNull().default(false),
  at: timestamp({ withTimezone: true, precision: 3 }),
})

let server: DisposableServer
let connection: DatabaseConnection
beforeAll(async () => {
  server = await startDisposableServer()
}, 60_000)
afterAll(() => server.stop())
beforeEach(async () => {
  connection = openDatabase({ url: server.url(), applicationName: 'test', maxConnections: 2 })
  await connection.db.execute(sql`drop table if exists things`)
  await connection.db.execute(sql`create table things ("the id" int primary key, body text not null,
    tags text[] not null default '{}', content jsonb, amount bigint, done boolean not null default false, at timestamptz(3))`)
})
afterEach(() => connection.close())

const written = () => connection.db.select().from(things).orderBy(things.id)

test('what is copied is read again as it was', async () => {
  const awkward = 'tab\there, line\nfeed, return\r, \\N, \\., "quotes", {braces}, NULL, 🙂'
  const full = {
    ...{ id: 1, body: awkward, tags: [awkward, '', 'a,b'], content: { text: awkward, list: [1, null] } },
    ...{ amount: -9_007_199_254_740_991, done: true, at: new Date('2026-11-21T09:00:00.123Z') },
  }
  const empty = { id: 2, body: '', tags: [], content: null, amount: null, done: false, at: null }
  // Longer than what is sent at once, and of characters of one to four bytes.
  const long = { ...empty, id: 3, body: 'a\tü—🙂'.repeat(30_000) }
  await transaction(connection.db, (tx) => copyRows(tx, things, [full, empty, long]))
  expect(await written()).toEqual([full, empty, long])
})

test('columns that the first row lacks take their defaults, and no rows are no statement', async () => {
  await transaction(connection.db, async (tx) => {
    await copyRows(tx, things, [])
    await copyRows(tx, things, [{ id: 1, body: 'a' }])
  })
  expect(await written()).toMatchObject([{ id: 1, body: 'a', tags: [], done: false, amount: null }])
})

test('it is a part of its transaction: a conflict undoes all, and earlier statements come first', async () => {
  const copyTwice = transaction(connection.db, async (tx) => {
    const first = tx.insert(things).values({ id: 1, body: 'inserted' }).execute()
    await Promise.all([first, copyRows(tx, things, [{ id: 2, body: 'b' }])])
    await copyRows(tx, things, [{ id: 1, body: 'again' }])
  })
  await expect(copyTwice).rejects.toMatchObject({ code: '23505' })
  expect(await written()).toEqual([])
})

test('more rows than a statement may have parameters', async () => {
  const many = Array.from({ length: 70_000 }, (_, id) => ({ id, body: `thing ${id}` }))
  await transaction(connection.db, (tx) => copyRows(tx, things, many))
  const [count] = await rows<{ count: string }>(connection.db, sql`select count(*) from things`)
  expect(count).toEqual({ count: '70000' })
})

test('a lost connection saves nothing, and says that the database was away', async () => {
  const lost = transaction(
    connection.db,
    async (tx) => {
      await copyRows(tx, things, [{ id: 1, body: 'a' }])
      const [backend] = await rows<{ pid: number }>(tx, sql`select pg_backend_pid() as pid`)
      await connection.db.execute(sql`select pg_terminate_backend(${backend?.pid}, 5000)`)
      await copyRows(tx, things, [{ id: 2, body: 'b' }])
    },
    // Less than another attempt would need.
    { timeoutMs: 2_900 },
  )
  await expect(lost).rejects.toBeInstanceOf(DatabaseUnavailable)
  expect(await written()).toEqual([])
})
