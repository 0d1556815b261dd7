import { z } from 'zod'
import { ConfigurationError, environment, postgresUrl, readConfiguration } from '../config/index.ts'
import { openDatabase } from '../database/index.ts'
import { createLogger } from '../logging/index.ts'
import { makeId, systemClock } from '../time/index.ts'
import { contextFactory } from './context-factory.ts'
import type { Rebuilt, SubgraphDefinition } from './definition.ts'

interface RebuildOptions {
  /** The service's database, with a role that reads and writes its rows. */
  readonly databaseUrl: string
  readonly logLevel?: string
}

/**
 * Computes a service's projections anew from the facts that it keeps, beside the running service. What follows from a correction is
 * written to the outbox, which the service hands on.
 *
 * @returns null when the service has no projections
 */
export const rebuildProjections = async (
  definition: Pick<SubgraphDefinition, 'name' | 'projections'>,
  { databaseUrl, logLevel = 'error' }: RebuildOptions,
): Promise<Rebuilt | null> => {
  const { name, projections } = definition
  if (!projections) return null
  const log = createLogger({ name, level: logLevel })
  const database = openDatabase({
    url: databaseUrl,
    applicationName: `gigraph-${name}-rebuild`,
    maxConnections: 2,
    log,
  })
  const createContext = contextFactory<Parameters<typeof projections>[0]>({
    resources: {
      service: name,
      config: {},
      db: database.db,
      log,
      clock: systemClock,
      makeId,
      pubsub: undefined,
    } as never,
    procedures: async ({ service }) => {
      throw new Error(`projections follow from facts that ${name} keeps, they do not ask ${service}`)
    },
    wakeRelay: () => undefined,
  })
  try {
    return await projections(
      createContext({ requestId: makeId(), caller: { viewer: null, address: '', userAgent: '' } }),
    )
  } finally {
    await database.close()
  }
}

/** What was done, in words. */
export const describeRebuilt = (name: string, { seen, corrected }: Rebuilt): string =>
  `${name}: ${seen} computed anew, ${corrected} of them were wrong before`

/** `pnpm projections:rebuild` of one service, with `DATABASE_URL` of its own. */
export const runRebuild = async (definition: Pick<SubgraphDefinition, 'name' | 'projections'>): Promise<void> => {
  try {
    const { DATABASE_URL, LOG_LEVEL } = readConfiguration(
      `${definition.name} projections:rebuild`,
      { DATABASE_URL: postgresUrl(`gigraph_${definition.name}`), LOG_LEVEL: z.string().default('error') },
      environment,
    )
    const rebuilt = await rebuildProjections(definition, { databaseUrl: DATABASE_URL, logLevel: LOG_LEVEL })
    process.stdout.write(
      `${rebuilt ? describeRebuilt(definition.name, rebuilt) : `${definition.name} has no projections`}\n`,
    )
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigurationError ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
