import { rows } from '@gigraph/shared/database'
import { type Batch, groupBy, indexBy } from '@gigraph/shared/graphql'
import type { Money } from '@gigraph/shared/money'
import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'

/** What became of a client's jobs. */
export interface JobNumbers {
  readonly client_id: string
  readonly posted: number
  readonly open: number
  readonly filled: number
  readonly average_budget: number | null
}

const ids = (userIds: readonly string[]) => sql`${sql.param([...userIds])}::uuid[]`

export const jobsByClient: Batch<Context, string, JobNumbers> = async (ctx, userIds) =>
  indexBy(
    await rows<JobNumbers>(
      ctx.db,
      sql`select client_id, count(*)::int as posted, count(*) filter (where status = 'OPEN')::int as open,
            count(*) filter (where status = 'FILLED')::int as filled, round(avg(budget_minor))::float8 as average_budget
          from client_jobs where client_id = any(${ids(userIds)}) group by client_id`,
    ),
    (found) => found.client_id,
  )

interface Month {
  readonly client_id: string
  readonly month: string
  readonly spent: number
  readonly orders: number
}

/** What each client spent by month, the latest first; an order counts in the month of its first payment. */
export const spendingByClient: Batch<Context, string, Month[]> = async (ctx, userIds) =>
  groupBy(
    userIds,
    await rows<Month>(
      ctx.db,
      sql`select client_id, to_char(date_trunc('month', paid_at at time zone 'UTC'), 'YYYY-MM-DD') as month,
            sum(remaining_minor)::float8 as spent, count(*) filter (where first)::int as orders
          from (select *, row_number() over (partition by order_id order by paid_at, payment_id) = 1 as first
                from client_payments where client_id = any(${ids(userIds)})) as payments
          group by 1, 2 order by 1, 2 desc`,
    ),
    (found) => found.client_id,
  )

const usd = (amountMinor: number): Money => ({ amountMinor, currency: 'USD' })

/** The numbers as the graph shows them. */
export const spendingOf = (months: readonly Month[]) => {
  const total = months.reduce((sum, month) => sum + month.spent, 0)
  const ordersPaid = months.reduce((sum, month) => sum + month.orders, 0)
  return {
    total: usd(total),
    byMonth: months.slice(0, 24).map(({ month, spent }) => ({ month, amount: usd(spent) })),
    ordersPaid,
    averageOrder: ordersPaid === 0 ? null : usd(Math.round(total / ordersPaid)),
  }
}

const BANDS = [
  [100_000_00, '$100k+'],
  [10_000_00, '$10k+'],
  [1_000_00, '$1k+'],
  [100_00, '$100+'],
] as const

/** What the public sees of a client's spending. */
export const bandOf = (totalMinor: number): string | null => {
  if (totalMinor <= 0) return null
  return BANDS.find(([least]) => totalMinor >= least)?.[1] ?? 'under $100'
}
