import { environment } from '@gigraph/shared/config'
import { openDatabase, rows } from '@gigraph/shared/database'
import { recordStatements, rowsLookedAt } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pageHistory, pageOrders } from '../src/order/order-pages.ts'
import { listOverdue, sidesOf } from '../src/order/order-store.ts'
import { plainTerms } from './marketplace/src/index.ts'
import { type Orders, startOrders } from './start.ts'

/** `ORDERS=100000` shows the same with more of them. */
const MANY = Number(environment.ORDERS ?? 20_000)
const PART = 10_000
/** Somebody with a hundred orders on each side. */
const busy = makeId()
let world: Orders

/** Orders made by the database itself: of a year and more, one in a thousand disputed, one in fifty open. */
beforeAll(async () => {
  world = await startOrders()
  const { db, config, log } = world.orders.context
  const terms = JSON.stringify(plainTerms())
  const person = (side: number) =>
    sql`case when n % 200 = ${sql.raw(String(side))} and n <= 20000 then ${busy}::uuid else gen_random_uuid() end`
  // In parts: no statement may take longer than a few seconds.
  for (let from = 1; from <= MANY; from += PART)
    await db.execute(sql`
      with made as (
        insert into orders (id, state, buyer_id, seller_id, gig_id, title, total_minor, currency, terms, created_at, ended_at,
          next_due_at)
        select uuidv7(), case when n % 1000 = 0 then 'DISPUTED' when n % 50 = 1 then 'IN_PROGRESS' else 'COMPLETED' end,
          ${person(3)}, ${person(4)}, gen_random_uuid(), 'A logo', 10000, 'USD', ${terms}::jsonb,
          now() - n * interval '25 minutes',
          case when n % 1000 = 0 or n % 50 = 1 then null else now() - n * interval '20 minutes' end,
          case when n % 50 = 1 then now() + interval '3 days' end
        from generate_series(${sql.raw(String(from))}, ${sql.raw(String(from + PART - 1))}) as n returning id, state
      ) insert into disputes (id, order_id, opened_by, reason, opened_at, answer_by)
        select uuidv7(), id, 'BUYER', 'No.', now(), now() + interval '3 days' from made where state = 'DISPUTED'`)
  // Only the owner of a table may have it looked at for the planner.
  const url = config.MIGRATION_DATABASE_URL ?? ''
  const { db: owner, close } = openDatabase({ url, applicationName: 'analyze', maxConnections: 1, log })
  for (const table of ['orders', 'disputes']) await owner.execute(sql.raw(`vacuum analyze ${table}`))
  await close()
}, 60_000)
afterAll(() => world.close())

type Asking = Parameters<typeof pageOrders>[0]
const page = { first: 20 }

test.each<[what: string, most: number, ask: (ctx: Asking) => Promise<unknown>]>([
  ['all orders, newest first', 25, (ctx) => pageOrders(ctx, page, {})],
  ['disputed orders', 250, (ctx) => pageOrders(ctx, page, { states: ['DISPUTED'] })],
  ['disputes that can be decided', 250, (ctx) => pageOrders(ctx, page, { decidable: true })],
  ["somebody's orders", 60, (ctx) => pageOrders(ctx, page, {}, sidesOf(busy))],
  ["somebody's purchases", 130, (ctx) => pageOrders(ctx, page, {}, sidesOf(busy, 'BUYER'))],
  [
    "somebody's sales that go on",
    130,
    (ctx) => pageOrders(ctx, page, { states: ['IN_PROGRESS'] }, sidesOf(busy, 'SELLER')),
  ],
  ["somebody's history", 250, (ctx) => pageHistory(ctx, page, sidesOf(busy))],
  ['a seller’s, for staff', 130, (ctx) => pageOrders(ctx, page, { sellerId: busy })],
  ['a gig’s, for staff', 25, (ctx) => pageOrders(ctx, page, { gigId: makeId() })],
  ['what is overdue', 25, ({ db, clock }) => listOverdue(db, clock.now(), 500)],
])('%s: found by looking at %i rows at most', async (_, most, ask) => {
  const { context, clock } = world.orders
  const { db, statements } = recordStatements(context.db)
  await ask({ db, clock })
  expect(statements).toHaveLength(1)
  for (const statement of statements) expect(await rowsLookedAt(context.db, statement)).toBeLessThanOrEqual(most)
})

test('a statement that looks at all of them would be noticed', async () => {
  const { db } = world.orders.context
  expect(await rows(db, sql`select 1 from orders limit 1`)).toHaveLength(1)
  expect(await rowsLookedAt(db, sql`select from orders where total_minor = 1`)).toBe(MANY)
})
