import { ConfigurationError, environment, json, postgresUrl, readConfiguration, secret } from '@gigraph/shared/config'
import { z } from 'zod'
import { ensureDatabases } from '../stack/databases.ts'
import { serviceNames } from '../stack/service-names.ts'

/** `pnpm databases:make`: a database with an owner and a role of its own for every service; what exists stays. */

/** Variables of the command. */
export const databasesShape = {
  /** Of a role that may create databases and roles. */
  DATABASE_URL: postgresUrl('postgres'),
  /** Of the roles that are made; services carry it in their own URLs. */
  DATABASE_PASSWORD: secret,
  /** Of some of them, where each has its own: an owner's password is then not known to a running service. */
  ROLE_PASSWORDS: json(z.record(z.string(), secret), 'a JSON object of passwords by role').optional(),
}

const run = async (): Promise<void> => {
  const config = readConfiguration('databases:make', databasesShape, environment)
  await ensureDatabases({
    adminUrl: config.DATABASE_URL,
    prefix: 'gigraph',
    password: config.DATABASE_PASSWORD,
    passwords: config.ROLE_PASSWORDS,
  })
  console.log(`The databases of ${serviceNames.join(', ')} and of the queues are there.`)
}

if (import.meta.main)
  run().catch((error: unknown) => {
    console.error(error instanceof ConfigurationError ? error.message : `databases:make: ${String(error)}`)
    process.exitCode = 1
  })
