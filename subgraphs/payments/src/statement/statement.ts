import { rows } from '@gigraph/shared/database'
import { badUserInput } from '@gigraph/shared/errors'
import { isId } from '@gigraph/shared/time'
import { and, asc, count, eq, gte, lt, sql, sum } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { POINTS } from '../ledger/account.ts'
import type { LineKind } from './statement-store.ts'
import { statementLines } from './tables.ts'

/** Whose movements, of when and in which currency. */
export interface StatementPeriod {
  readonly userId: string
  readonly from: Date
  readonly to: Date
  readonly currency: string
}

const LONGEST_MS = 366 * 86_400_000

/** @throws {ApplicationError} BAD_USER_INPUT for a time that ends before it begins, or is longer than a year */
export const statementPeriod = (period: StatementPeriod): StatementPeriod => {
  const { from, to } = period
  if (from >= to) throw badUserInput('from must be before to.', 'from')
  if (to.getTime() - from.getTime() > LONGEST_MS) throw badUserInput('At most 366 days at once.', 'to')
  return period
}

/** Movements of one kind, added up; amounts in minor units. */
export interface StatementTotal {
  readonly kind: LineKind
  readonly currency: string
  readonly amountMinor: number
  readonly feeMinor: number
  readonly count: number
}

/** The lines of a period. */
export const ofPeriod = ({ userId, from, to, currency }: StatementPeriod) =>
  and(
    eq(statementLines.userId, userId),
    eq(statementLines.currency, currency),
    gte(statementLines.occurredAt, from),
    lt(statementLines.occurredAt, to),
  )

export const totalsOf = async ({ db }: Context, period: StatementPeriod): Promise<StatementTotal[]> => {
  if (!isId(period.userId)) return []
  const { kind, currency, amountMinor, feeMinor } = statementLines
  const total = { amountMinor: sum(amountMinor).mapWith(Number), feeMinor: sum(feeMinor).mapWith(Number) }
  return db
    .select({ kind, currency, ...total, count: count() })
    .from(statementLines)
    .where(ofPeriod(period))
    .groupBy(kind, currency)
    .orderBy(asc(kind))
}

/** What of somebody's own a balance is made of: earnings less debts and payouts; of points, the points. */
const accountsOf = ({ userId, currency }: StatementPeriod): string[] =>
  currency === POINTS
    ? [`points:${userId}`]
    : ['seller_pending', 'seller_available', 'seller_receivable'].map((kind) => `${kind}:${userId}`)

/** What somebody had at an instant, from the ledger itself, in minor units. */
export const balanceAt = async ({ db }: Context, period: StatementPeriod, at: Date): Promise<number> => {
  const accounts = sql.join(
    accountsOf(period).map((code) => sql`${code}`),
    sql`, `,
  )
  const [found] = await rows<{ total: string | null }>(
    db,
    sql`
      select sum(e.amount_minor) as total from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
      where e.account in (${accounts}) and e.currency = ${period.currency} and t.occurred_at < ${at.toISOString()}::timestamptz`,
  )
  return Number(found?.total ?? 0)
}
