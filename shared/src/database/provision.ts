import pg from 'pg'

const LOCK_WAIT_MS = 60_000

/** What to create when it is not there yet. */
export interface DatabaseToEnsure {
  /** Of a role that may create databases, on any database of the server. */
  adminUrl: string
  name: string
  /** Owns the database and may create tables; an existing role. */
  owner?: string
  /** May connect; an existing role. */
  appRole?: string
  /** A database to copy; nobody may be connected to it. */
  template?: string
}

/** Creates the database unless it exists. May run concurrently; what exists keeps its owner and content. */
export const ensureDatabase = ({ adminUrl, name, owner, appRole, template }: DatabaseToEnsure): Promise<void> =>
  asAdmin(adminUrl, name, async (client) => {
    const database = pg.escapeIdentifier(name)
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount === 0) {
      const ownership = owner === undefined ? '' : ` owner ${pg.escapeIdentifier(owner)}`
      // Through the log a copy costs twice the time: every page of it is read, logged and written.
      const copy = template === undefined ? '' : ` template ${pg.escapeIdentifier(template)} strategy file_copy`
      await client.query(`create database ${database}${ownership}${copy}`)
    }
    // Without this every role of the server may connect, and create temporary tables.
    await client.query(`revoke all on database ${database} from public`)
    for (const role of [owner, appRole])
      if (role !== undefined)
        await client.query(`grant connect on database ${database} to ${pg.escapeIdentifier(role)}`)
  })

/** Drops the database if it exists, closing the connections to it. */
export const dropDatabase = ({ adminUrl, name }: { adminUrl: string; name: string }): Promise<void> =>
  asAdmin(adminUrl, name, async (client) => {
    await client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`)
  })

/** Creates a role that may log in with the password and has no other privilege, or gives an existing one this password. */
export const ensureRole = ({
  adminUrl,
  name,
  password,
}: {
  adminUrl: string
  name: string
  password: string
}): Promise<void> =>
  asAdmin(adminUrl, name, async (client) => {
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [name])
    const role = `${pg.escapeIdentifier(name)} login password ${pg.escapeLiteral(password)}`
    await client.query(rowCount === 0 ? `create role ${role}` : `alter role ${role}`)
  })

/** One connection, one change of this name at a time (concurrent ALTERs and GRANTs fail with "tuple concurrently updated"). */
const asAdmin = async (adminUrl: string, name: string, work: (client: pg.Client) => Promise<void>): Promise<void> => {
  const client = new pg.Client({
    connectionString: adminUrl,
    application_name: 'gigraph-provision',
    connectionTimeoutMillis: 5_000,
  })
  // A lost connection also fails the statement in flight, which is what the caller sees.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(`set lock_timeout = ${LOCK_WAIT_MS}`)
    await client.query(`select pg_advisory_lock(hashtextextended('gigraph provision ' || $1, 0))`, [name])
    await work(client)
  } finally {
    await client.end()
  }
}
