import type { SQL } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import type { Database, DatabaseLog } from './database.ts'
import { traceStatement } from './traced-statement.ts'
import { registerDatabase } from './transaction.ts'
import { watchAnswers } from './watch-answers.ts'

// Waiting for a connection plus waiting for an answer stays under 8 s, whatever the server or the network does.
const CONNECT_MS = 2_500
const STATEMENT_MS = 4_500
const ANSWER_MS = 5_000
const IDLE_IN_TRANSACTION_MS = 10_000

/** A pool of connections to one database. */
export interface DatabaseConnection {
  readonly db: Database
  /** Throws when the server does not answer within 8 s. */
  ping(): Promise<void>
  /** Waits for the transactions in flight, then closes. Repeated calls are one. */
  close(): Promise<void>
}

/** How to open a database. */
export interface DatabaseOptions {
  url: string
  /** Shown in pg_stat_activity. */
  applicationName: string
  /** 10 when absent. */
  maxConnections?: number
  log?: DatabaseLog
  /** Sees every statement of the query builders and `execute`, without its parameters. */
  onStatement?: (sql: string) => void
}

/**
 * Opens a database lazily: the first statement connects. Lost connections are replaced by the next statement, so the pool
 * survives restarts of the server; none of them is an uncaught error.
 */
export const openDatabase = ({
  url,
  applicationName,
  maxConnections = 10,
  log,
  onStatement,
}: DatabaseOptions): DatabaseConnection => {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: applicationName,
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
  })
  // Not the error itself: pg-pool hangs its client on it.
  pool.on('error', ({ message }) => log?.warn({ reason: message }, 'an idle database connection was lost'))
  // Between checkout and the first statement nobody else listens, and an 'error' without a listener ends the process.
  pool.on('connect', (client) => {
    client.on('error', () => undefined)
    watchAnswers(client, ANSWER_MS)
  })

  traceQueries(pool)

  const logger = { logQuery: (sql: string) => onStatement?.(sql) }
  const db: Database = drizzle({ client: pool, logger })
  registerDatabase(db, { pool, logger, log })
  let closing: Promise<void> | undefined
  return {
    db,
    ping: async () => {
      await pool.query('select 1')
    },
    close: () => {
      closing ??= pool.end()
      return closing
    },
  }
}

/** Statements outside of transactions; those inside go through the lease of their connection. */
const traceQueries = (pool: pg.Pool): void => {
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<unknown>
  pool.query = ((...args: unknown[]) => traceStatement(args, () => query(...args))) as typeof pool.query
}

/**
 * The rows of a raw statement, whatever the driver calls them. Values are as Drizzle leaves them: `bigint` and `numeric` as
 * strings, `timestamptz` and `date` as PostgreSQL's text. Pass instants as ISO strings, not as `Date`.
 */
export const rows = async <T>(db: Database, query: SQL): Promise<T[]> => {
  const result = await db.execute(query)
  return result.rows as T[]
}
