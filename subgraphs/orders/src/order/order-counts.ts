import type { Database } from '@gigraph/shared/database'
import { count, inArray, lt, or, type SQL, sql } from 'drizzle-orm'
import { orders } from '../tables.ts'
import type { OrderState } from './order.ts'

/** How many orders are in one state. */
export interface StateCount {
  readonly state: OrderState
  readonly count: number
  /** Of them: due to be delivered before now. */
  readonly late: number
}

/** Orders on any of these sides by their state, for states that have some. */
export const countByState = (db: Database, sides: readonly SQL[], now: Date): Promise<StateCount[]> => {
  const overdue = sql`${inArray(orders.state, ['IN_PROGRESS', 'REVISION'])} and ${lt(orders.dueAt, now)}`
  return db
    .select({
      state: orders.state,
      count: count(),
      late: sql<number>`(count(*) filter (where ${overdue}))::int`,
    })
    .from(orders)
    .where(or(...sides))
    .groupBy(orders.state)
    .orderBy(orders.state)
}
