import { and, asc, eq, gt, inArray, or } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { invoiceNumber } from '../invoice/read-invoice.ts'
import { invoices } from '../invoice/tables.ts'
import { ofPeriod, type StatementPeriod } from './statement.ts'
import { type StatementLine, statementLines } from './tables.ts'

/** Rows that are read together. */
const PAGE = 1_000

const COLUMNS = [
  ...['Time (UTC)', 'Kind', 'Description', 'Gross', 'Fee', 'Amount', 'Currency'],
  ...['Order', 'Payment', 'Invoice', 'Transaction'],
]

/** A text as a cell (RFC 4180). What a spreadsheet would take for a formula is kept from being one. */
const text = (value: string): string => {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return `"${harmless.replaceAll('"', '""')}"`
}

/** An amount with a point, as spreadsheets and programs read it in any country. */
const amounts = (currency: string): ((minor: number) => string) => {
  if (currency === 'PTS') return String
  const { maximumFractionDigits: digits = 2 } = new Intl.NumberFormat('en', {
    ...{ style: 'currency', currency },
  }).resolvedOptions()
  return (minor) => {
    const figures = String(Math.abs(minor)).padStart(digits + 1, '0')
    const whole = figures.slice(0, figures.length - digits)
    return `${minor < 0 ? '-' : ''}${whole}${digits > 0 ? `.${figures.slice(-digits)}` : ''}`
  }
}

const invoicesOf = async ({ db }: Context, lines: readonly StatementLine[]): Promise<Map<string, string>> => {
  const ids = [...new Set(lines.flatMap(({ paymentId }) => paymentId ?? []))]
  if (ids.length === 0) return new Map()
  const found = await db.select().from(invoices).where(inArray(invoices.paymentId, ids))
  return new Map(found.map(({ paymentId, number }) => [paymentId, invoiceNumber(number)]))
}

const pageAfter = ({ db }: Context, period: StatementPeriod, last: StatementLine | undefined) => {
  const { occurredAt, id } = statementLines
  const behind = last && or(gt(occurredAt, last.occurredAt), and(eq(occurredAt, last.occurredAt), gt(id, last.id)))
  return db
    .select()
    .from(statementLines)
    .where(and(ofPeriod(period), behind))
    .orderBy(asc(occurredAt), asc(id))
    .limit(PAGE)
}

/** A period's movements as CSV, oldest first, page by page: however many there are, few are in memory. */
export async function* statementFile(ctx: Context, period: StatementPeriod): AsyncGenerator<string> {
  const amount = amounts(period.currency)
  // The mark without which Excel does not read UTF-8.
  yield `\uFEFF${COLUMNS.map(text).join(',')}\r\n`
  let last: StatementLine | undefined
  do {
    const lines = await pageAfter(ctx, period, last)
    const invoiceOf = await invoicesOf(ctx, lines)
    const rows = lines.map((line) => {
      const { kind, description, amountMinor, feeMinor, currency, orderId, paymentId, id } = line
      return [
        ...[line.occurredAt.toISOString(), kind, text(description)],
        ...[amount(amountMinor + feeMinor), amount(feeMinor), amount(amountMinor), currency],
        ...[orderId ?? '', paymentId ?? '', invoiceOf.get(paymentId ?? '') ?? '', id],
      ].join(',')
    })
    if (rows.length > 0) yield `${rows.join('\r\n')}\r\n`
    last = lines.length === PAGE ? lines.at(-1) : undefined
  } while (last)
}
