import { and, getTableColumns, gt, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Database } from '../database/index.ts'
import type { PersonalRecords } from './personal-data.ts'

const PAGE = 200

interface RowsOptions {
  readonly name: string
  readonly table: PgTable
  /** Which rows are the person's. */
  readonly of: (userId: string, db: Database) => SQL | undefined
  /** Columns that stay here: hashes, keys, other people's words. */
  readonly omit?: readonly string[]
  /** What tells the person's rows apart; the column `id` when absent. */
  readonly key?: SQLWrapper
}

const keyOf = (table: PgTable): PgColumn => {
  const { id } = getTableColumns(table)
  if (!id) throw new Error('a table without an id needs a key')
  return id as PgColumn
}

/** The rows of a table that are a person's. */
export const rowsOf = ({
  name,
  table,
  of,
  omit = [],
  key = keyOf(table),
}: RowsOptions): PersonalRecords<{ readonly db: Database }> => {
  const columns = Object.fromEntries(
    Object.entries(getTableColumns(table)).filter(([column]) => !omit.includes(column)),
  ) as Record<string, PgColumn>
  const place = sql<string>`(${key})::text collate "C"`
  return {
    name,
    page: async ({ db }, { userId, after }) => {
      const rows = await db
        .select({ record: columns, place })
        .from(table)
        .where(and(of(userId, db), after === null ? undefined : gt(place, after)))
        .orderBy(place)
        .limit(PAGE)
      return {
        records: rows.map(({ record }) => record),
        next: rows.length === PAGE ? (rows.at(-1)?.place ?? null) : null,
      }
    },
  }
}
