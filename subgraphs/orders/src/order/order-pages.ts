import {
  type Connection,
  type ConnectionArguments,
  mapConnection,
  type PageQuery,
  paginate,
} from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { and, eq, exists, gte, inArray, isNotNull, lt, lte, not, or, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Context } from '../context.ts'
import { disputes, orders } from '../tables.ts'
import { endStates, type Order, type OrderState } from './order.ts'
import { type OrderRow, orderOf } from './order-store.ts'

/** Lists of orders, page by page. */

type Asking = Pick<Context, 'db' | 'clock'>

/** Which orders a list shows; absent: no matter. */
export interface OrderFilter {
  readonly states?: readonly OrderState[] | null | undefined
  readonly buyerId?: string | null | undefined
  readonly sellerId?: string | null | undefined
  readonly gigId?: string | null | undefined
  readonly createdFrom?: Date | null | undefined
  readonly createdBefore?: Date | null | undefined
  /** Whether staff can decide its dispute now. */
  readonly decidable?: boolean | null | undefined
}

/** Nothing has an id that is none; PostgreSQL would fail on it. */
const same = (column: PgColumn, id: string): SQL => (isId(id) ? eq(column, id) : sql`false`)

/** As `mayResolve` of the dispute's rules says it of one order. */
const isDecidable = ({ db, clock }: Asking): SQL => {
  const waitedFor = or(isNotNull(disputes.answeredAt), lte(disputes.answerBy, clock.now()))
  const dispute = db
    .select({ id: disputes.id })
    .from(disputes)
    .where(and(eq(disputes.orderId, orders.id), waitedFor))
  // Written out, so that the index of disputed orders is known to fit.
  return and(sql`${orders.state} = 'DISPUTED'`, exists(dispute)) ?? sql`false`
}

const conditions = (ctx: Asking, filter: OrderFilter): (SQL | undefined)[] => {
  const { states, buyerId, sellerId, gigId, createdFrom, createdBefore, decidable } = filter
  return [
    states ? inArray(orders.state, [...states]) : undefined,
    buyerId ? same(orders.buyerId, buyerId) : undefined,
    sellerId ? same(orders.sellerId, sellerId) : undefined,
    gigId ? same(orders.gigId, gigId) : undefined,
    createdFrom ? gte(orders.createdAt, createdFrom) : undefined,
    createdBefore ? lt(orders.createdAt, createdBefore) : undefined,
    decidable == null ? undefined : decidable ? isDecidable(ctx) : not(isDecidable(ctx)),
  ]
}

interface List {
  readonly by: typeof orders.createdAt | typeof orders.endedAt
  readonly where: readonly (SQL | undefined)[]
  /** Conditions of which one at most holds of an order, and one has to; none: no matter. */
  readonly sides: readonly SQL[]
}

/**
 * Each side is asked for its own page, by its own index, and the first of both are the page: an `or` would read everything that somebody
 * ever bought and sold, or, when the planner takes them for busier than they are, the orders of everybody.
 */
const onSides = (sides: readonly SQL[], where: SQL | undefined, { orderBy, limit }: PageQuery): SQL | undefined => {
  if (sides.length < 2) return and(where, ...sides)
  const order = sql.join(orderBy, sql`, `)
  const pages = sides.map(
    (side) => sql`array(select ${orders.id} from ${orders} where ${and(side, where)} order by ${order} limit ${limit})`,
  )
  return sql`${orders.id} = any(${sql.join(pages, sql` || `)})`
}

const page = async ({ db }: Asking, args: ConnectionArguments, { by, where, sides }: List) => {
  const instantOf = (row: OrderRow) => (by === orders.endedAt && row.endedAt) || row.createdAt
  const found = await paginate(
    args,
    [
      { column: by, direction: 'desc', of: instantOf },
      { column: orders.id, direction: 'desc', of: (row: OrderRow) => row.id },
    ],
    (query) =>
      db
        .select()
        .from(orders)
        .where(onSides(sides, and(query.where, ...where), query))
        .orderBy(...query.orderBy)
        .limit(query.limit),
  )
  return mapConnection(found, orderOf)
}

/** Orders, newest first; on these sides when given. */
export const pageOrders = (
  ctx: Asking,
  args: ConnectionArguments,
  filter: OrderFilter,
  sides: readonly SQL[] = [],
): Promise<Connection<Order>> => page(ctx, args, { by: orders.createdAt, where: conditions(ctx, filter), sides })

/** Orders that have ended, the last one first. */
export const pageHistory = (
  ctx: Asking,
  args: ConnectionArguments,
  sides: readonly SQL[],
): Promise<Connection<Order>> =>
  page(ctx, args, {
    by: orders.endedAt,
    where: [inArray(orders.state, [...endStates]), isNotNull(orders.endedAt)],
    sides,
  })
