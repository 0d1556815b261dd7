import type { Transaction } from '@gigraph/shared/database'
import { type Connection, type ConnectionArguments, paginate } from '@gigraph/shared/graphql'
import type { Money } from '@gigraph/shared/money'
import { isId } from '@gigraph/shared/time'
import { and, eq, gte, inArray, lt, type SQL, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type lineKinds, type StatementLine, statementLines } from './tables.ts'

export type LineKind = (typeof lineKinds)[number]

/** What a movement of money means to one person. */
export interface Line {
  readonly userId: string
  readonly kind: LineKind
  readonly amount: Money
  readonly feeMinor?: number
  readonly description: string
}

export const writeLines = async (
  ctx: Context,
  tx: Transaction,
  lines: readonly Line[],
  about: { readonly orderId?: string | null; readonly paymentId?: string | null },
): Promise<void> => {
  const meant = lines.filter((line) => line.amount.amountMinor !== 0)
  if (meant.length === 0) return
  await tx.insert(statementLines).values(
    meant.map(({ userId, kind, amount, feeMinor = 0, description }) => ({
      id: ctx.makeId(),
      userId,
      kind,
      ...amount,
      feeMinor,
      description,
      orderId: about.orderId ?? null,
      paymentId: about.paymentId ?? null,
      occurredAt: ctx.clock.now(),
    })),
  )
}

export interface LineFilter {
  /** Everybody's when absent: for staff. */
  readonly userId?: string | undefined
  readonly kinds?: readonly LineKind[] | null | undefined
  readonly currency?: string | null | undefined
  readonly from?: Date | null | undefined
  readonly to?: Date | null | undefined
}

/** A page of people's lines, newest first. */
export const listLines = (
  { db }: Context,
  filter: LineFilter,
  args: ConnectionArguments,
): Promise<Connection<StatementLine>> => {
  const conditions: (SQL | undefined)[] = [
    filter.userId === undefined
      ? undefined
      : isId(filter.userId)
        ? eq(statementLines.userId, filter.userId)
        : sql`false`,
    filter.kinds?.length ? inArray(statementLines.kind, [...filter.kinds]) : undefined,
    filter.currency ? eq(statementLines.currency, filter.currency) : undefined,
    filter.from ? gte(statementLines.occurredAt, filter.from) : undefined,
    filter.to ? lt(statementLines.occurredAt, filter.to) : undefined,
  ]
  return paginate(
    args,
    [
      { column: statementLines.occurredAt, direction: 'desc', of: (line: StatementLine) => line.occurredAt },
      { column: statementLines.id, direction: 'desc', of: (line: StatementLine) => line.id },
    ],
    ({ where, orderBy, limit }) =>
      db
        .select()
        .from(statementLines)
        .where(and(...conditions, where))
        .orderBy(...orderBy)
        .limit(limit),
  )
}
