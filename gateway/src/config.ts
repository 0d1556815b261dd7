import { parseArgs } from 'node:util'
import { ConfigurationError, httpUrl, integer, json, readConfiguration, secret, url } from '@gigraph/shared/config'
import { telemetryShape } from '@gigraph/shared/telemetry'
import { z } from 'zod'
import { limitsShape } from './protect/limits-shape.ts'

const onOrOff = z.enum(['on', 'off'], { error: 'must be "on" or "off"' })

const flag = (fallback: boolean) => onOrOff.default(fallback ? 'on' : 'off').transform((value) => value === 'on')

/** What `PRODUCTION` decides unless told otherwise. */
const switchOverProduction = onOrOff.transform((value) => value === 'on').optional()

const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean),
  )

const PORT_FORM = 'must be a whole number from 0 to 65535'

/** Variables of the command. */
export const gatewayShape = {
  SUPERGRAPH: z.string({ error: 'is required: the supergraph file (or --supergraph FILE)' }),
  PORT: integer(0, 65_535, 4000),
  HOST: z.string().default('127.0.0.1'),
  PRODUCTION: flag(false),
  INTROSPECTION: switchOverProduction,
  PLAYGROUND: switchOverProduction,
  /** `{ "maxDepth": 20 }`: over those of `PRODUCTION`. */
  LIMITS: json(limitsShape, 'a JSON object of limits, such as {"maxDepth":20}').optional(),
  /** A file: `{ "<sha256>": "query …" }`, or Apollo's manifest of persisted queries. */
  TRUSTED_DOCUMENTS: z.string().optional(),
  TRUSTED_DOCUMENTS_MODE: z.enum(['off', 'log', 'only']).default('only'),
  MANAGEMENT_PORT: z.coerce
    .number({ error: PORT_FORM })
    .int({ error: PORT_FORM })
    .min(0, { error: PORT_FORM })
    .max(65_535, { error: PORT_FORM })
    .optional(),
  SLOW_OPERATION_MS: integer(1, 600_000, 5_000),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('warn'),
  CORS_ORIGINS: list,
  TRUST_PROXY: z.string().optional(),
  FORWARD_HEADERS: z.string().optional(),
  SERVICE_TIMEOUT_MS: integer(1, 600_000, 30_000),
  /** `{ "orders": "http://orders:4003/graphql" }` */
  SERVICE_URLS: json(z.record(z.string(), z.url()), 'a JSON object of URLs by service name').optional(),
  /** Where budgets are kept for all gateway processes together; absent: nobody is limited. */
  RATE_LIMIT_URL: url('redis://localhost:6379', 'redis', 'rediss', 'postgres', 'postgresql').optional(),
  RATE_LIMIT_POINTS_PER_MINUTE: integer(1, 1_000_000_000, 20_000),
  /** `{ "logIn": { "points": 10, "windowSeconds": 60 } }`: uses per address. */
  RATE_LIMIT_FIELDS: json(
    z.record(z.string(), z.object({ points: z.int().positive(), windowSeconds: z.int().positive() })),
    'a JSON object of budgets by root field',
  ).optional(),
  JWKS_URL: httpUrl('http://identity:4001/.well-known/jwks.json').optional(),
  /** The service that issues API keys and ends sessions; it answers the procedures of auth/authority.ts. */
  AUTHORITY_URL: httpUrl('http://identity:4001').optional(),
  AUTHORITY_NAME: z.string().default('identity'),
  SERVICE_SECRET: secret.optional(),
  TOKEN_ISSUER: z.string().optional(),
  TOKEN_AUDIENCE: z.string().optional(),
  ASSERTION_KEY: json(
    z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), d: z.string() }),
    'an Ed25519 private key as a JWK',
  ).optional(),
  ...telemetryShape,
}

/** What the command reads from its environment, its options and its configuration file. */
export type GatewayConfiguration = ReturnType<typeof readConfiguration<typeof gatewayShape>>

const OPTIONS = {
  supergraph: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  config: { type: 'string' },
  check: { type: 'boolean' },
} as const

const SYNOPSIS = 'usage: gigraph-gateway --supergraph FILE [--port N] [--host ADDRESS] [--config FILE] [--check]'

/** What `--help` says. */
export const USAGE = `${SYNOPSIS}

  --supergraph FILE  the composed supergraph (Federation 2); it is watched, and a changed one takes over
  --port N           where to listen; 4000 unless told otherwise, 0 for any
  --host ADDRESS     the address to listen on; 127.0.0.1 unless told otherwise
  --config FILE      a JSON object of the variables below
  --check            reads everything, says what is wrong with it, and ends

Options count before environment variables, and those before the configuration file. The variables
(docs/VARIABLES.md explains them): ${Object.keys(gatewayShape).join(', ')}.`

/**
 * Reads the command's configuration: options before environment variables before the configuration file (a JSON object
 * with the same names as the variables).
 * @param readFile reads the configuration file
 * @throws {ConfigurationError} naming every fault at once
 */
export const readGatewayConfiguration = (
  args: readonly string[],
  readFile: (path: string) => string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): GatewayConfiguration => {
  const { supergraph, port, host, config } = parseOptions(args)
  const given = Object.entries({ SUPERGRAPH: supergraph, PORT: port, HOST: host }).filter(
    ([, value]) => value !== undefined,
  )
  const file = config === undefined ? {} : parseFile(config, readFile)
  const configuration = readConfiguration('gigraph-gateway', gatewayShape, {
    ...file,
    ...environment,
    ...Object.fromEntries(given),
  })
  if (configuration.JWKS_URL && !(configuration.TOKEN_ISSUER && configuration.TOKEN_AUDIENCE)) {
    throw new ConfigurationError('gigraph-gateway cannot start: JWKS_URL needs TOKEN_ISSUER and TOKEN_AUDIENCE')
  }
  if (configuration.AUTHORITY_URL && !(configuration.SERVICE_SECRET && configuration.JWKS_URL)) {
    throw new ConfigurationError('gigraph-gateway cannot start: AUTHORITY_URL needs SERVICE_SECRET and JWKS_URL')
  }
  return configuration
}

const parseOptions = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values
  } catch (error) {
    throw new ConfigurationError(`${error instanceof Error ? error.message : String(error)}\n${SYNOPSIS}`)
  }
}

const parseFile = (path: string, readFile: (path: string) => string): Record<string, string> => {
  try {
    const values = z.record(z.string(), z.unknown()).parse(JSON.parse(readFile(path)))
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    )
  } catch (error) {
    throw new ConfigurationError(`${path} cannot be used: ${error instanceof Error ? error.message : String(error)}`)
  }
}
