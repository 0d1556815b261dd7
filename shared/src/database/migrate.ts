import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'
import type { DatabaseLog } from './database.ts'

/** 'gigraph migrate' as a key of PostgreSQL's advisory locks; they are per database. */
const MIGRATION_LOCK = 7_102_604_131
const LOCK_WAIT_MS = 60_000

/** What to migrate and who may use the result. */
export interface MigrationOptions {
  /** Of the role that owns the tables. */
  url: string
  /** A drizzle-kit folder: `meta/_journal.json` and one SQL file per entry. */
  folder: string
  /** May read and write rows, and nothing else. */
  appRole?: string
  /** Tables (of schema public, or `schema.table`) whose rows {@link MigrationOptions.appRole} may add but never change. */
  appendOnlyTables?: readonly string[]
  log?: DatabaseLog
}

/**
 * Brings a database to the folder's last migration under an advisory lock, all of it in one transaction, then grants. Run in
 * parallel, one migrator applies and the others find nothing to do. Throws when an entry of the journal is not applied:
 * Drizzle skips entries older than the newest applied one without a word (drizzle-orm#5316, #5769).
 */
export const migrateDatabase = async (options: MigrationOptions): Promise<{ applied: number }> => {
  const { url, folder, log } = options
  const migrations = readMigrationFiles({ migrationsFolder: folder })
  refuseDisorder(migrations, folder)
  const client = new pg.Client({ connectionString: url, application_name: 'gigraph-migrate', keepAlive: true })
  client.on('error', (err) => log?.error({ err }, 'the migration lost its connection'))
  await client.connect()
  try {
    await client.query(`set lock_timeout = ${LOCK_WAIT_MS}`)
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    const before = await appliedMigrations(client)
    await migrate(drizzle({ client }), { migrationsFolder: folder })
    const after = await appliedMigrations(client)
    verify(migrations, after, options)
    if (options.appRole !== undefined) await grant(client, options.appRole, options.appendOnlyTables ?? [])
    return { applied: after.size - before.size }
  } finally {
    await client.end()
  }
}

/**
 * That a database has every migration of the folder; a newer database is fine. For services that may not migrate: their role reads the
 * journal and no more.
 *
 * @throws {Error} saying what to run when it has not
 */
export const requireMigrated = async (url: string, folder: string): Promise<void> => {
  const migrations = readMigrationFiles({ migrationsFolder: folder })
  const client = new pg.Client({ connectionString: url, application_name: 'gigraph-migrate' })
  client.on('error', () => {})
  await client.connect()
  try {
    const applied = await appliedMigrations(client)
    const missing = migrations.filter(({ folderMillis }) => !applied.has(folderMillis)).length
    if (missing > 0)
      throw new Error(
        `the database lacks ${missing} of ${migrations.length} migrations, and MIGRATIONS=off: run this program once with MIGRATIONS=only and MIGRATION_DATABASE_URL`,
      )
  } finally {
    await client.end()
  }
}

const refuseDisorder = (migrations: readonly MigrationMeta[], folder: string): void => {
  const late = migrations.findIndex(
    (migration, index) => migration.folderMillis <= (migrations[index - 1]?.folderMillis ?? 0),
  )
  if (late > 0)
    throw new Error(
      `${folder}/meta/_journal.json: entry ${late} is not newer ("when") than the one before it and would be skipped; generate it again`,
    )
}

/** Creation time (ms) → hash of what the database has. */
const appliedMigrations = async (client: pg.Client): Promise<Map<number, string>> => {
  const { rows: found } = await client.query<{ known: boolean }>(
    `select to_regclass('drizzle.__drizzle_migrations') is not null as known`,
  )
  if (!found[0]?.known) return new Map()
  const { rows } = await client.query<{ created_at: string; hash: string }>(
    'select created_at, hash from drizzle.__drizzle_migrations',
  )
  return new Map(rows.map((row) => [Number(row.created_at), row.hash]))
}

const verify = (
  migrations: readonly MigrationMeta[],
  applied: ReadonlyMap<number, string>,
  { folder, log }: MigrationOptions,
): void => {
  const missing = migrations.filter(({ folderMillis }) => !applied.has(folderMillis))
  if (missing.length > 0)
    throw new Error(
      `${folder}: ${migrations.length} migrations in the journal, ${missing.length} of them not applied, because the database already has a newer one (when: ${missing.map(({ folderMillis }) => folderMillis).join(', ')}); generate them again`,
    )
  // A service one version behind its database is what a rolling deployment looks like.
  if (applied.size > migrations.length)
    log?.warn({ folder, known: migrations.length, applied: applied.size }, 'the database is newer than this service')
  const edited = migrations.filter(({ folderMillis, hash }) => applied.get(folderMillis) !== hash)
  if (edited.length > 0)
    log?.warn(
      { folder, when: edited.map(({ folderMillis }) => folderMillis) },
      'a migration was edited after it was applied',
    )
}

/** Leaves the role exactly these rights, in one transaction, so that a running service never misses one. */
const grant = async (client: pg.Client, appRole: string, appendOnlyTables: readonly string[]): Promise<void> => {
  const role = pg.escapeIdentifier(appRole)
  const { rows } = await client.query<{ schema: string; owner: string }>(
    `select nspname as schema, current_user as owner from pg_namespace where nspname !~ '^(pg_|information_schema$|drizzle$)'`,
  )
  if (rows.some(({ owner }) => owner === appRole))
    throw new Error(
      `the role ${appRole} runs the migrations, so it could alter its tables: give the service another role`,
    )
  await client.query('begin')
  for (const schema of rows.map((row) => pg.escapeIdentifier(row.schema))) {
    await client.query(`revoke all on schema ${schema} from ${role}`)
    await client.query(`revoke all on all tables in schema ${schema} from ${role}`)
    await client.query(`revoke all on all sequences in schema ${schema} from ${role}`)
    await client.query(`grant usage on schema ${schema} to ${role}`)
    await client.query(`grant select, insert, update, delete on all tables in schema ${schema} to ${role}`)
    await client.query(`grant usage, select on all sequences in schema ${schema} to ${role}`)
  }
  // What is applied a service may know: with MIGRATIONS=off it starts only when nothing is missing.
  await client.query(`grant usage on schema drizzle to ${role}`)
  await client.query(`grant select on drizzle.__drizzle_migrations to ${role}`)
  for (const table of appendOnlyTables) {
    const name = table
      .split('.')
      .map((part) => pg.escapeIdentifier(part))
      .join('.')
    await client.query(`revoke update, delete, truncate, trigger on ${name} from ${role}`)
  }
  await client.query('commit')
}
