import { ensureDatabase, ensureRole } from '@gigraph/shared/database'
import { type ServiceName, serviceNames } from './service-names.ts'

/** The URLs of one service's database. */
export interface ServiceDatabase {
  /** The service's own role: reads and writes rows. */
  readonly url: string
  /** The owner of the tables: migrates. */
  readonly ownerUrl: string
}

export interface Databases {
  readonly services: Readonly<Record<ServiceName, ServiceDatabase>>
  /** BullMQ's. */
  readonly jobsUrl: string
}

interface DatabasesOptions {
  /** A role that may create databases and roles. */
  readonly adminUrl: string
  /** Names of databases and roles begin with it. */
  readonly prefix: string
  /** The password of the roles made here. */
  readonly password: string
  /** Passwords of some roles' own, by role. */
  readonly passwords?: Readonly<Record<string, string>> | undefined
}

/** Makes the databases and roles that are missing: one database per service and one for the queues. */
export const ensureDatabases = async (options: DatabasesOptions): Promise<Databases> => {
  const { adminUrl, prefix } = options
  const passwordOf = (role: string): string => options.passwords?.[role] ?? options.password
  const urlOf = (database: string, role: string): string => {
    const url = new URL(adminUrl)
    url.pathname = `/${database}`
    url.username = role
    url.password = passwordOf(role)
    return url.href
  }
  const make = async (name: string): Promise<ServiceDatabase> => {
    const database = `${prefix}_${name}`
    const owner = `${database}_owner`
    await ensureRole({ adminUrl, name: owner, password: passwordOf(owner) })
    await ensureRole({ adminUrl, name: database, password: passwordOf(database) })
    await ensureDatabase({ adminUrl, name: database, owner, appRole: database })
    return { url: urlOf(database, database), ownerUrl: urlOf(database, owner) }
  }
  const [jobs, ...made] = await Promise.all([make('jobs'), ...serviceNames.map(make)])
  return {
    services: Object.fromEntries(serviceNames.map((name, index) => [name, made[index]])) as Databases['services'],
    jobsUrl: jobs.ownerUrl,
  }
}
