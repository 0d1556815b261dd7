import type { z } from 'zod'
import { ConfigurationError, environment } from '../config/index.ts'
import type { SubgraphDefinition } from './definition.ts'
import { migrateOnly } from './migrate-service.ts'
import { startService } from './start-service.ts'

/** An orderly end may take this long before the process gives up. */
const SHUTDOWN_MS = 30_000

/**
 * Runs a service as a process of its own: starts it (with MIGRATIONS=only just brings its database up to date), prints where it listens, ends in order on SIGTERM and SIGINT. Faults of
 * the configuration are printed all at once, and the process exits with 1.
 */
export const runService = async <Shape extends z.ZodRawShape, Extra extends object>(
  definition: SubgraphDefinition<Shape, Extra>,
): Promise<void> => {
  try {
    if (environment.MIGRATIONS === 'only') {
      const { applied } = await migrateOnly(definition, environment)
      process.stdout.write(`${definition.name}: ${applied} migrations applied, the database is up to date\n`)
      return
    }
    const service = await startService(definition, { environment })
    process.stdout.write(`${definition.name} listens on ${service.url}\n`)
    const stop = () => {
      setTimeout(() => process.exit(1), SHUTDOWN_MS).unref()
      service.close().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`${definition.name} could not stop in order: ${String(error)}\n`)
          process.exit(1)
        },
      )
    }
    process.once('SIGTERM', stop)
    process.once('SIGINT', stop)
  } catch (error) {
    process.stderr.write(
      `${error instanceof ConfigurationError ? error.message : `${definition.name} cannot start: ${String(error)}`}\n`,
    )
    process.exit(1)
  }
}
