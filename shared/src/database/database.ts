import type { NodePgQueryResultHKT } from 'drizzle-orm/node-postgres'
import type { PgDatabase, PgTransaction } from 'drizzle-orm/pg-core'
import type { ExtractTablesWithRelations } from 'drizzle-orm/relations'

type NoSchema = Record<string, never>

/** A Drizzle database without a relational schema: the query builders and `execute`. */
export type Database = PgDatabase<NodePgQueryResultHKT, NoSchema>

/** An open transaction; usable wherever only querying needs a {@link Database}. Dead once its `transaction()` settled. */
export type Transaction = PgTransaction<NodePgQueryResultHKT, NoSchema, ExtractTablesWithRelations<NoSchema>>

/** What this folder reports: pino's call signature. */
export interface DatabaseLog {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
