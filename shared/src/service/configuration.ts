import { z } from 'zod'
import { httpUrl, integer, jsonWebKey, postgresUrl, readConfiguration, secret, url } from '../config/index.ts'
import { telemetryShape } from '../telemetry/index.ts'
import type { ServiceConfiguration } from './context.ts'
import type { SubgraphDefinition } from './definition.ts'

/** Variables that every service reads. */
export const commonShape = {
  HOST: z.string().default('127.0.0.1'),
  PORT: integer(0, 65_535, 0),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  DATABASE_URL: postgresUrl('gigraph_orders'),
  DATABASE_CONNECTIONS: integer(2, 100, 10),
  /** The owner's URL, for migrations; DATABASE_URL's own role should not be able to alter tables. */
  MIGRATION_DATABASE_URL: postgresUrl('gigraph_orders').optional(),
  /** `on`: brings its database up to date at every start; `off`: starts only when that has been done; `only`: does that and ends. */
  MIGRATIONS: z.enum(['on', 'off', 'only']).default('on'),
  JOBS_DATABASE_URL: postgresUrl('gigraph_jobs').optional(),
  REDIS_URL: url('redis://localhost:6379', 'redis', 'rediss').optional(),
  /** `on`: this process serves and works; `off`: serves only; `only`: works only. */
  WORKERS: z.enum(['on', 'off', 'only']).default('on'),
  VIEWER_ASSERTION_PUBLIC_KEY: jsonWebKey,
  /** While the gateway's key is changed: the next one, or the one before. */
  VIEWER_ASSERTION_SECOND_KEY: jsonWebKey.optional(),
  SERVICE_SECRET: secret,
  /** While SERVICE_SECRET is changed: the next one, or the one before. Calls are checked with it, not signed. */
  SERVICE_SECOND_SECRET: secret.optional(),
  /** Where people's browsers reach the product; links in mails start with it. */
  APP_URL: httpUrl('https://gigraph.example').default('http://localhost:4000'),
  ...telemetryShape,
}
export type CommonShape = typeof commonShape

const peerVariable = (service: string) => `${service.toUpperCase()}_URL`

/** The whole shape of one service's variables; the compose file is checked against it. */
export const shapeOf = (definition: Pick<SubgraphDefinition, 'configuration' | 'calls'>) => ({
  ...commonShape,
  ...Object.fromEntries((definition.calls ?? []).map((peer) => [peerVariable(peer), httpUrl(`http://${peer}:4000`)])),
  ...definition.configuration,
})

/** What a process with MIGRATIONS=only reads: two roles, and none of the secrets that serving takes. */
export const migrationShape = {
  LOG_LEVEL: commonShape.LOG_LEVEL,
  MIGRATIONS: z.literal('only'),
  /** Its role gets the rights of a running service. */
  DATABASE_URL: commonShape.DATABASE_URL,
  MIGRATION_DATABASE_URL: postgresUrl('gigraph_orders'),
}

/**
 * Reads a service's configuration.
 *
 * @throws {ConfigurationError} with every fault at once, among them: neither JOBS_DATABASE_URL nor REDIS_URL
 */
export const readServiceConfiguration = <Shape extends z.ZodRawShape, Extra extends object>(
  definition: SubgraphDefinition<Shape, Extra>,
  environment: Readonly<Record<string, string | undefined>>,
): ServiceConfiguration<Shape> & { readonly peers: Readonly<Record<string, string>> } => {
  const { JOBS_DATABASE_URL, ...shape } = shapeOf(definition as unknown as SubgraphDefinition)
  const jobs = environment.REDIS_URL
    ? JOBS_DATABASE_URL
    : postgresUrl('gigraph_jobs').refine(Boolean, { error: 'set JOBS_DATABASE_URL or REDIS_URL' })
  const config = readConfiguration(
    definition.name,
    { ...shape, JOBS_DATABASE_URL: jobs },
    environment,
    definition.checkConfiguration,
  )
  const variables = config as Record<string, unknown>
  const peers = Object.fromEntries(
    (definition.calls ?? []).map((peer) => [peer, String(variables[peerVariable(peer)])]),
  )
  return { ...(config as unknown as ServiceConfiguration<Shape>), peers }
}
