import pg from 'pg'
import { PostgresFailure } from './failure.ts'

/** The oldest major version that the whole suite may rely on. */
const OLDEST = 16

/** What the migrations of the services create. */
const EXTENSIONS = ['pg_trgm', 'unaccent', 'citext']

/** A server that was looked at and found usable. */
export interface DatabaseServer {
  /** The major version, e.g. 18. */
  readonly version: number
  /** Whether the account may create roles: needed for least-privilege service accounts. */
  readonly canCreateRoles: boolean
}

interface Facts {
  readonly version: number
  readonly replica: boolean
  readonly createsDatabases: boolean
  readonly createsRoles: boolean
  readonly extensions: string[]
}

const FACTS = `
  select current_setting('server_version_num')::int / 10000 as version,
         pg_is_in_recovery() as replica,
         rolsuper or rolcreatedb as "createsDatabases",
         rolsuper or rolcreaterole as "createsRoles",
         array(select name::text from pg_available_extensions where name = any($1)) as extensions
    from pg_roles where rolname = current_user`

/**
 * Looks at a server that somebody gave us before anything is created on it.
 *
 * @param url `postgres://user:password@host:port/database`
 * @throws PostgresFailure one line, without the password: unreachable, wrong password, no such database, no right to
 *   create databases, too old, a read-only replica, or without an extension that is needed
 */
export const checkDatabaseUrl = async (url: string): Promise<DatabaseServer> => {
  const target = parse(url)
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 5_000 })
  // A connection that dies after the answer has nobody to tell; the promises below report everything else.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<Facts>(FACTS, [EXTENSIONS])
    return judge(rows[0], target)
  } catch (error) {
    throw error instanceof PostgresFailure ? error : new PostgresFailure(`DATABASE_URL: ${explain(error, target)}`)
  } finally {
    await client.end().catch(() => undefined)
  }
}

interface Target {
  readonly server: string
  readonly user: string
  readonly database: string
}

const parse = (url: string): Target => {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new PostgresFailure('DATABASE_URL: expected postgres://user:password@host:port/database')
  }
  const user = decodeURIComponent(parsed.username)
  const server = `${parsed.hostname}:${parsed.port || 5432}`
  return { server, user, database: decodeURIComponent(parsed.pathname.slice(1)) || user }
}

const judge = (facts: Facts | undefined, { server, user }: Target): DatabaseServer => {
  if (!facts) throw new PostgresFailure(`DATABASE_URL: ${server} does not know its own account ${user}`)
  const missing = EXTENSIONS.filter((name) => !facts.extensions.includes(name))
  const fault =
    (facts.version < OLDEST && `${server} is PostgreSQL ${facts.version}, and ${OLDEST} or newer is needed`) ||
    (facts.replica && `${server} is a read-only replica: give the primary server`) ||
    (!facts.createsDatabases && `user ${user} may not create databases: ALTER ROLE "${user}" CREATEDB`) ||
    (missing.length > 0 && `${server} lacks the extensions ${missing.join(', ')} (package postgresql-contrib)`)
  if (fault) throw new PostgresFailure(`DATABASE_URL: ${fault}`)
  return { version: facts.version, canCreateRoles: facts.createsRoles }
}

const explain = (error: unknown, { server, user, database }: Target): string => {
  const { code = '', message } = rootCause(error)
  if (code === 'ECONNREFUSED') return `nothing listens on ${server}`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the host of ${server} is not known`
  if (/^E(TIMEDOUT|HOSTUNREACH|NETUNREACH)$/.test(code) || /timeout expired/.test(message)) {
    return `${server} does not answer`
  }
  if (code === '28P01') return `wrong password for user ${user} on ${server}`
  if (code === '28000') return `${server} does not let ${user} in: ${message}`
  if (code === '3D000') return `${server} has no database ${database}`
  if (code === '53300') return `${server} has no connection left`
  if (/SSL/.test(message)) return `${server}: ${message} (sslmode in the URL decides)`
  return `${server}: ${message}`
}

/** A host with several addresses fails with one error for each; the first tells enough. */
const rootCause = (error: unknown): { code?: string; message: string } => {
  if (error instanceof AggregateError && error.errors.length > 0) return rootCause(error.errors[0])
  return error instanceof Error ? error : { message: String(error) }
}
