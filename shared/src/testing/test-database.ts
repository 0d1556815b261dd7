import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { inject } from 'vitest'
import { dropDatabase, ensureDatabase, ensureRole, migrateDatabase } from '../database/index.ts'
import { makeId } from '../time/index.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser URL of the run's throw-away PostgreSQL server. */
    postgresUrl: string
  }
}

const PASSWORD = 'test-only'
/** 'gigraph templates' as a key of PostgreSQL's advisory locks. */
const TEMPLATE_LOCK = 7_102_604_132

interface Migrated {
  readonly name: string
  /** The service's `src/`. */
  readonly folder: URL
  readonly appendOnlyTables?: readonly string[]
}

export interface TestDatabase {
  /** The service's own role: reads and writes rows. */
  readonly url: string
  /** The owner of the tables. */
  readonly ownerUrl: string
  drop(): Promise<void>
}

const withDatabase = (url: string, database: string, user?: string): string => {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  if (user) {
    changed.username = user
    changed.password = PASSWORD
  }
  return changed.href
}

const fingerprint = (folder: string): string => {
  const hash = createHash('sha256')
  for (const file of readdirSync(folder, { recursive: true }).map(String).sort())
    if (file.endsWith('.sql') || file.endsWith('_journal.json'))
      hash.update(file).update(readFileSync(join(folder, file)))
  return hash.digest('hex').slice(0, 12)
}

/** One process at a time builds a template; the others wait and find it. */
const ensureTemplate = async (
  adminUrl: string,
  { name, folder, appendOnlyTables = [] }: Migrated,
  role: string,
): Promise<string> => {
  const migrations = fileURLToPath(new URL('../migrations', folder))
  const template = `template_${name}_${fingerprint(migrations)}`
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK])
    const { rowCount } = await client.query('select from pg_database where datname = $1', [template])
    if (rowCount) return template
    const building = `${template}_building`
    await dropDatabase({ adminUrl, name: building })
    await ensureRole({ adminUrl, name: role, password: PASSWORD })
    await ensureDatabase({ adminUrl, name: building, appRole: role })
    await migrateDatabase({
      url: withDatabase(adminUrl, building),
      folder: migrations,
      appRole: role,
      appendOnlyTables,
    })
    await client.query(`alter database ${pg.escapeIdentifier(building)} rename to ${pg.escapeIdentifier(template)}`)
    return template
  } finally {
    await client.end()
  }
}

/** A database of a service for one test file: a copy of its migrated template. */
export const createTestDatabase = async (definition: Migrated): Promise<TestDatabase> => {
  const adminUrl = inject('postgresUrl')
  const role = `test_${definition.name}`
  const template = await ensureTemplate(adminUrl, definition, role)
  const name = `test_${definition.name}_${makeId().replaceAll('-', '')}`
  await ensureDatabase({ adminUrl, name, template, appRole: role })
  return {
    url: withDatabase(adminUrl, name, role),
    ownerUrl: withDatabase(adminUrl, name),
    drop: () => dropDatabase({ adminUrl, name }),
  }
}

/** A database for the queues of services under test. */
export const ensureTestJobs = async (): Promise<{ readonly url: string; drop(): Promise<void> }> => {
  const adminUrl = inject('postgresUrl')
  const name = `test_jobs_${makeId().replaceAll('-', '')}`
  await ensureDatabase({ adminUrl, name })
  return { url: withDatabase(adminUrl, name), drop: () => dropDatabase({ adminUrl, name }) }
}
