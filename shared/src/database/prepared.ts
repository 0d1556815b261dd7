import type { Database } from './database.ts'
import { mapRowsByList } from './map-rows.ts'

/**
 * A statement that is built once for each database and run with other values: Drizzle takes about as long to build a query as to
 * run it. For what requests ask most, through `prepare(name)` and `sql.placeholder`; the name is the server's own, so PostgreSQL
 * plans it once for each connection too. Its rows become objects by {@link mapRowsByList}.
 */
export const prepared = <Statement extends object>(
  build: (db: Database) => Statement,
): ((db: Database) => Statement) => {
  const kept = new WeakMap<Database, Statement>()
  return (db) => {
    const known = kept.get(db)
    if (known !== undefined) return known
    const statement = mapRowsByList(build(db))
    kept.set(db, statement)
    return statement
  }
}
