import { fileURLToPath } from 'node:url'
import { readConfiguration } from '../config/index.ts'
import { migrateDatabase } from '../database/index.ts'
import { createLogger, type Logger } from '../logging/index.ts'
import { migrationShape } from './configuration.ts'
import type { SubgraphDefinition } from './definition.ts'

/** What a service's migrations need to know of it. */
type Migrating = Pick<SubgraphDefinition, 'name' | 'folder' | 'appendOnlyTables'>

interface Urls {
  readonly DATABASE_URL: string
  readonly MIGRATION_DATABASE_URL?: string | undefined
}

/** The folder of a service's migrations. */
export const migrationsOf = ({ folder }: Pick<Migrating, 'folder'>): string =>
  fileURLToPath(new URL('../migrations', folder))

/** Brings a service's database up to date, as the owner of its tables where that is another role than the service's. */
export const migrateService = (
  definition: Migrating,
  { DATABASE_URL, MIGRATION_DATABASE_URL }: Urls,
  log: Logger,
): Promise<{ applied: number }> =>
  migrateDatabase({
    url: MIGRATION_DATABASE_URL ?? DATABASE_URL,
    folder: migrationsOf(definition),
    ...(MIGRATION_DATABASE_URL && { appRole: decodeURIComponent(new URL(DATABASE_URL).username) }),
    appendOnlyTables: definition.appendOnlyTables ?? [],
    log,
  })

/**
 * What a process with MIGRATIONS=only does.
 *
 * @throws {ConfigurationError} listing every fault of the environment
 */
export const migrateOnly = async (
  definition: Migrating,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ applied: number }> => {
  const config = readConfiguration(definition.name, migrationShape, environment)
  return migrateService(definition, config, createLogger({ name: definition.name, level: config.LOG_LEVEL }))
}
