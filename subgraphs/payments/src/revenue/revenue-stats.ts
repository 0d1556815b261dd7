import { hasScope, requireViewer } from '@gigraph/shared/auth'
import { rows } from '@gigraph/shared/database'
import { badUserInput, forbidden } from '@gigraph/shared/errors'
import { isId } from '@gigraph/shared/time'
import { type SQL, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'

export type RevenueInterval = 'DAY' | 'WEEK' | 'MONTH'
export type RevenueGrouping = 'GIG' | 'TOOL'

interface RevenueQuery {
  readonly from: Date
  readonly to: Date
  readonly interval?: RevenueInterval | undefined
  readonly groupBy?: RevenueGrouping | null | undefined
  readonly userId?: string | null | undefined
  readonly wholePlatform?: boolean | undefined
  readonly currency?: string | undefined
}

export interface RevenueBucket {
  readonly startsAt: Date
  readonly gigId: string | null
  readonly toolId: string | null
  readonly currency: string
  readonly grossMinor: number
  readonly feeMinor: number
  readonly count: number
}

const LONGEST_MS = 366 * 86_400_000

const groupings: Readonly<Record<RevenueGrouping, { readonly column: SQL; readonly source: 'ORDER' | 'TOOL' }>> = {
  GIG: { column: sql`gig_id`, source: 'ORDER' },
  TOOL: { column: sql`tool_id`, source: 'TOOL' },
}

/** Whose earnings: one's own; anybody's and all together for staff with payments:read. Null: everybody's. */
const whose = (ctx: Context, { userId, wholePlatform }: RevenueQuery): string | null => {
  const viewer = requireViewer(ctx)
  const asked = wholePlatform ? null : (userId ?? viewer.id)
  if (asked !== viewer.id && !hasScope(viewer, 'payments:read'))
    throw forbidden('These are not your earnings.', { scope: 'payments:read' })
  return asked
}

/** What was earned, by time in UTC and, when asked for, by gig or tool. Later refunds are not taken off. */
export const revenueStats = async (ctx: Context, query: RevenueQuery): Promise<RevenueBucket[]> => {
  const sellerId = whose(ctx, query)
  const { from, to, interval = 'DAY', groupBy, currency = 'USD' } = query
  if (from >= to) throw badUserInput('from must be before to.', 'from')
  if (to.getTime() - from.getTime() > LONGEST_MS) throw badUserInput('At most 366 days at once.', 'to')
  if (sellerId !== null && !isId(sellerId)) return []
  const grouping = groupBy ? groupings[groupBy] : undefined
  const thing = grouping?.column ?? sql`null::uuid`
  const found = await rows<{ starts_at: string; thing: string | null; gross: string; fee: string; count: string }>(
    ctx.db,
    sql`
      select to_char(date_trunc(${interval.toLowerCase()}, earned_at at time zone 'UTC'), 'YYYY-MM-DD') as starts_at,
        ${thing} as thing, sum(gross_minor) as gross, sum(fee_minor) as fee, count(*) as count
      from earnings
      where earned_at >= ${from.toISOString()}::timestamptz and earned_at < ${to.toISOString()}::timestamptz
        and currency = ${currency}
        ${sellerId ? sql`and seller_id = ${sellerId}` : sql``}
        ${grouping ? sql`and source = ${grouping.source} and ${grouping.column} is not null` : sql``}
      group by 1, 2 order by 1, 2 limit 5000`,
  )
  return found.map((row) => ({
    startsAt: new Date(`${row.starts_at}T00:00:00Z`),
    gigId: groupBy === 'GIG' ? row.thing : null,
    toolId: groupBy === 'TOOL' ? row.thing : null,
    currency,
    grossMinor: Number(row.gross),
    feeMinor: Number(row.fee),
    count: Number(row.count),
  }))
}
