import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigurationError } from '@gigraph/shared/config'
import { createLogger } from '@gigraph/shared/logging'
import { describeRebuilt, rebuildProjections } from '@gigraph/shared/service'
import { PostgresFailure, startPostgres } from '../postgres/index.ts'
import { readSecrets } from '../stack/secrets.ts'
import { services } from '../stack/services.ts'
import { readStartConfiguration } from '../start-config.ts'

/**
 * `pnpm projections:rebuild`: every service that shows what others told it computes that anew from the facts it keeps. Works on the
 * server of `DATABASE_URL`, where services may be running, else on the data of an `npm start` that has ended.
 */

const root = fileURLToPath(new URL('../../../', import.meta.url))

const databaseOf = (adminUrl: string, service: string): string => {
  const url = new URL(adminUrl)
  url.pathname = `/gigraph_${service}`
  return url.href
}

/** Prints one line for each service. */
const rebuildAll = async (adminUrl: string): Promise<void> => {
  for (const [name, definition] of Object.entries(services)) {
    const rebuilt = await rebuildProjections(definition, { databaseUrl: databaseOf(adminUrl, name) })
    if (rebuilt) console.log(describeRebuilt(name, rebuilt))
  }
}

const run = async (): Promise<void> => {
  const { dataDirectory, replacements } = readStartConfiguration(undefined, root)
  if (replacements.databaseUrl) return rebuildAll(replacements.databaseUrl)
  const { postgresPassword } = await readSecrets(join(dataDirectory, 'secrets.json'))
  const postgres = await startPostgres({
    dataDirectory: join(dataDirectory, 'postgres'),
    port: 0,
    password: postgresPassword,
    persistent: true,
    log: createLogger({ name: 'rebuild', level: 'error' }),
  })
  await rebuildAll(postgres.url).finally(() => postgres.stop())
}

run().catch((error: unknown) => {
  const known = error instanceof ConfigurationError || error instanceof PostgresFailure
  console.error(known ? error.message : `projections:rebuild: ${String(error)}`)
  process.exitCode = 1
})
