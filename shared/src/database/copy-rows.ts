import { getTableColumns, getTableName } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Transaction } from './database.ts'
import { leaseOf } from './transaction-scope.ts'

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** A value in PostgreSQL's text format of COPY. */
const copyText = (column: PgColumn, value: unknown): string =>
  value === null || value === undefined
    ? '\\N'
    : String(column.mapToDriverValue(value)).replaceAll(/[\\\n\r\t]/g, (character) => ESCAPES[character] as string)

/**
 * Adds rows by COPY, for which PostgreSQL needs a third less of its time than for an insert of many rows, and which knows no limit of
 * 65,535 parameters. All rows have the columns of the first one; the others take their defaults. Conflicts fail.
 */
export const copyRows = async <Table extends PgTable>(
  tx: Transaction,
  table: Table,
  values: readonly Table['$inferInsert'][],
): Promise<void> => {
  const [first] = values
  if (!first) return
  const columns = Object.entries<PgColumn>(getTableColumns(table)).filter(([key]) => key in first)
  const lines = values.map((row: Readonly<Record<string, unknown>>) =>
    columns.map(([key, column]) => copyText(column, row[key])).join('\t'),
  )
  const names = columns.map(([, { name }]) => `"${name}"`).join(', ')
  await leaseOf(tx, 'copyRows()').copyIn(`copy "${getTableName(table)}" (${names}) from stdin`, `${lines.join('\n')}\n`)
}
