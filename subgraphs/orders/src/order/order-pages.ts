import { type Connection, type ConnectionArguments, mapConnection, paginate } from '@gigraph/shared/graphql'
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
  return and(eq(orders.state, 'DISPUTED'), exists(dispute)) ?? sql`false`
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

const byInstant = async (
  { db }: Asking,
  args: ConnectionArguments,
  column: typeof orders.createdAt | typeof orders.endedAt,
  conditions: readonly (SQL | undefined)[],
): Promise<Connection<Order>> => {
  const instantOf = (row: OrderRow) => (column === orders.endedAt && row.endedAt) || row.createdAt
  const page = await paginate(
    args,
    [
      { column, direction: 'desc', of: instantOf },
      { column: orders.id, direction: 'desc', of: (row: OrderRow) => row.id },
    ],
    ({ where, orderBy, limit }) =>
      db
        .select()
        .from(orders)
        .where(and(where, ...conditions))
        .orderBy(...orderBy)
        .limit(limit),
  )
  return mapConnection(page, orderOf)
}

/** Orders, newest first. `more` narrows beyond the filter. */
export const pageOrders = (ctx: Asking, args: ConnectionArguments, filter: OrderFilter, more?: SQL) =>
  byInstant(ctx, args, orders.createdAt, [more, ...conditions(ctx, filter)])

/** Orders that have ended, the last one first. */
export const pageHistory = (ctx: Asking, args: ConnectionArguments, more: SQL) =>
  byInstant(ctx, args, orders.endedAt, [more, inArray(orders.state, [...endStates]), isNotNull(orders.endedAt)])
