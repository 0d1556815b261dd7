import { join } from 'node:path'
import { ConfigurationError, environment, readConfiguration, url } from '@gigraph/shared/config'
import { telemetryShape } from '@gigraph/shared/telemetry'
import { z } from 'zod'
import type { Replacements } from './stack/infrastructure.ts'

/** Variables of `npm start`. */
export const startShape = {
  DATA_DIRECTORY: z.string().optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('warn'),
  DATABASE_URL: url('postgres://postgres:password@localhost:5432/postgres', 'postgres', 'postgresql').optional(),
  REDIS_URL: url('redis://localhost:6379', 'redis', 'rediss').optional(),
  SMTP_URL: url('smtp://localhost:25', 'smtp', 'smtps').optional(),
  STRIPE_SECRET_KEY: z.string().startsWith('sk_', { error: 'must begin with sk_' }).optional(),
  STRIPE_WEBHOOK_SECRET: z.string().startsWith('whsec_', { error: 'must begin with whsec_' }).optional(),
  ...telemetryShape,
}

interface StartConfiguration {
  readonly dataDirectory: string
  readonly logLevel: string
  readonly replacements: Replacements
  /** Variables that every program of the stack gets as they are. */
  readonly telemetry: Readonly<Record<string, string>>
  /** How many gigs the demo data get beyond the hand-made ones; null: the usual. */
  readonly size: number | null
}

/** Reads what `npm start` is told. @throws {ConfigurationError} naming every fault at once */
export const readStartConfiguration = (size: string | undefined, root: string): StartConfiguration => {
  const config = readConfiguration('npm start', startShape, environment)
  if (Boolean(config.STRIPE_SECRET_KEY) !== Boolean(config.STRIPE_WEBHOOK_SECRET))
    throw new ConfigurationError('set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET together, or neither')
  if (size !== undefined && !/^\d{1,7}$/.test(size))
    throw new ConfigurationError('--size needs a whole number of gigs, for example --size 100000')
  return {
    dataDirectory: config.DATA_DIRECTORY ?? join(root, '.data'),
    logLevel: config.LOG_LEVEL,
    size: size === undefined ? null : Number(size),
    telemetry: Object.fromEntries(
      Object.keys(telemetryShape).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
    ),
    replacements: {
      databaseUrl: config.DATABASE_URL,
      redisUrl: config.REDIS_URL,
      smtpUrl: config.SMTP_URL,
      stripeSecretKey: config.STRIPE_SECRET_KEY,
      stripeWebhookSecret: config.STRIPE_WEBHOOK_SECRET,
    },
  }
}
