import { eq, getTableColumns, sql } from 'drizzle-orm'
import { bigint, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type DatabaseConnection, openDatabase, prepared } from './index.ts'

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })
const books = pgTable('mapped_books', {
  id: text('id').primaryKey(),
  writer: text('writer'),
  tags: text('tags').array().notNull(),
  priceMinor: bigint('price_minor', { mode: 'number' }).notNull(),
  content: jsonb('content'),
  printedAt: instant('printed_at').notNull(),
  soldAt: instant('sold_at'),
})
const writers = pgTable('mapped_writers', { name: text('name').primaryKey(), bornAt: instant('born_at') })

let connection: DatabaseConnection
beforeAll(async () => {
  // One connection: temporary tables are its own.
  connection = openDatabase({ url: inject('postgresUrl'), applicationName: 'test', maxConnections: 1 })
  const { db } = connection
  await db.execute(sql`create temporary table mapped_books (id text, writer text, tags text[], price_minor bigint, content jsonb,
    printed_at timestamptz(3), sold_at timestamptz(3))`)
  await db.execute(sql`create temporary table mapped_writers (name text, born_at timestamptz(3))`)
  const printedAt = new Date('2026-03-29T00:59:59.120Z')
  await db.insert(books).values([
    {
      id: 'a',
      writer: 'Ada',
      tags: ['x', 'y'],
      priceMinor: 2 ** 40,
      content: { pages: [1, 2] },
      printedAt,
      soldAt: null,
    },
    {
      id: 'b',
      writer: null,
      tags: [],
      priceMinor: 0,
      content: null,
      printedAt,
      soldAt: new Date('1969-12-31T23:59:59Z'),
    },
  ])
  await db.insert(writers).values({ name: 'Ada', bornAt: null })
})
afterAll(() => connection.close())

test('rows of a prepared query become the same objects that Drizzle makes of them', async () => {
  const { db } = connection
  const plain = () => db.select().from(books).orderBy(books.id)
  const nested = () =>
    db
      .select({ book: getTableColumns(books), isFree: sql<boolean>`${books.priceMinor} = 0`, year: sql<number>`2026` })
      .from(books)
      .leftJoin(writers, eq(writers.name, books.writer))
      .orderBy(books.id)
  for (const query of [plain, nested]) {
    const quick = prepared(() => query().prepare(query.name))(db)
    expect('customResultMapper' in quick && quick.customResultMapper).toBeInstanceOf(Function)
    const found = await quick.execute()
    expect(found).toHaveLength(2)
    expect(found).toEqual(await query())
  }
})

test('what an outer join finds no row of is absent as a whole', async () => {
  const { db } = connection
  const query = prepared(() =>
    db
      .select({ book: books.id, writer: getTableColumns(writers) })
      .from(books)
      .leftJoin(writers, eq(writers.name, books.writer))
      .orderBy(books.id)
      .prepare('joined'),
  )
  expect(await query(db).execute()).toEqual([
    { book: 'a', writer: { name: 'Ada', bornAt: null } },
    { book: 'b', writer: null },
  ])
})
