import { doublePrecision, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { expect, test } from 'vitest'
import { makeId } from '../time/index.ts'
import { type OrderKey, paginate } from './connection.ts'

const things = pgTable('things', {
  id: uuid('id').notNull(),
  count: integer('count').notNull(),
  share: doublePrecision('share').notNull(),
  at: timestamp('at', { withTimezone: true }).notNull(),
  name: text('name').notNull(),
})
type Thing = typeof things.$inferSelect
const thing: Thing = { id: makeId(), count: 3, share: 0.5, at: new Date(), name: 'é' }

const keyOf = <Name extends keyof Thing>(name: Name, more: Partial<OrderKey<Thing>> = {}): OrderKey<Thing>[] => [
  { column: things[name], direction: 'asc', of: (row) => row[name], ...more },
  { column: things.id, direction: 'asc', of: (row) => row.id },
]
const page = (keys: OrderKey<Thing>[], after: string | null) => paginate({ first: 1, after }, keys, async () => [thing])
const cursorOf = async (keys: OrderKey<Thing>[]) => (await page(keys, null)).pageInfo.endCursor ?? ''
const refusal = { code: 'BAD_USER_INPUT', message: expect.stringContaining('start again without it') }

test.each(['count', 'share', 'at', 'name'] as const)('a cursor of %s pages on in its own order', async (name) => {
  const cursor = await cursorOf(keyOf(name))
  expect((await page(keyOf(name), cursor)).nodes).toEqual([thing])
})

test('a cursor of another list, or of another order of the same list, is refused', async () => {
  const cursor = await cursorOf(keyOf('count'))
  for (const other of [
    keyOf('share'),
    keyOf('count', { direction: 'desc' }),
    keyOf('count', { name: 'by relevance' }),
    [...keyOf('count'), ...keyOf('id')],
  ])
    await expect(page(other, cursor)).rejects.toMatchObject(refusal)
})

/** A cursor with other values, as somebody makes it who knows how they are made. */
const forged = async (name: keyof Thing, value: unknown, id: unknown = thing.id) => {
  const [order] = JSON.parse(Buffer.from(await cursorOf(keyOf(name)), 'base64url').toString())
  return Buffer.from(JSON.stringify([order, value, id])).toString('base64url')
}

test.each([
  ['count', '3'],
  ['count', 1.5],
  ['count', 2 ** 31],
  ['count', null],
  ['share', 'x'],
  ['at', 'yesterday'],
  ['at', '+012345-01-01T00:00:00.000Z'],
  ['at', 5],
  ['name', 'a\u0000b'],
  ['name', 7],
  ['id', 'x'],
] as const)('a forged cursor with %s %j is refused before the database is asked', async (name, value) => {
  await expect(page(keyOf(name), await forged(name, value))).rejects.toMatchObject(refusal)
})

test.each(['', 'nonsense', 'bm9uc2Vuc2U', '\u{1F600}'])('%j is no cursor', async (cursor) => {
  await expect(page(keyOf('count'), cursor)).rejects.toMatchObject(refusal)
})

test.each([-1, 101, 1_000])('a page of %i is refused with the bounds', async (first) => {
  await expect(paginate({ first }, keyOf('count'), async () => [])).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    message: 'first must be from 0 to 100.',
  })
})
