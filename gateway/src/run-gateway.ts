import { ConfigurationError } from '@gigraph/shared/config'
import { createLogger, type Logger } from '@gigraph/shared/logging'
import { httpProcedures } from '@gigraph/shared/service'
import { startTelemetry } from '@gigraph/shared/telemetry'
import { createAuthority } from './auth/authority.ts'
import type { GatewayConfiguration } from './config.ts'
import { createGateway } from './create-gateway.ts'
import type { GatewayOptions } from './gateway-options.ts'
import { createSharedRateLimiter } from './protect/shared-rate-limiter.ts'
import { readTrustedDocuments } from './protect/trusted-documents-file.ts'

/** A gateway that runs as its configuration says. */
export interface RunningGateway {
  readonly url: string
  /** Takes no more requests, answers those that are there, and ends. */
  close(): Promise<void>
}

/** Starting failed for a reason that the person at the command line can mend: a missing file, a broken supergraph. */
const explain = (error: unknown, what: string): Error => {
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
  return new ConfigurationError(`gigraph-gateway cannot serve ${what}: ${message}`)
}

/** The options that a configuration stands for. */
const optionsOf = async (configuration: GatewayConfiguration, log: Logger): Promise<GatewayOptions> => {
  const { JWKS_URL, TOKEN_ISSUER, TOKEN_AUDIENCE, TRUST_PROXY, FORWARD_HEADERS, SERVICE_URLS, ASSERTION_KEY } =
    configuration
  return {
    supergraph: { file: configuration.SUPERGRAPH },
    services: Object.fromEntries(Object.entries(SERVICE_URLS ?? {}).map(([name, url]) => [name, { url }])),
    port: configuration.PORT,
    host: configuration.HOST,
    production: configuration.PRODUCTION,
    maskServiceErrors: configuration.PRODUCTION,
    slowOperationMs: configuration.SLOW_OPERATION_MS,
    limits: configuration.LIMITS ?? {},
    ...optional(configuration),
    origins: configuration.CORS_ORIGINS,
    serviceTimeoutMs: configuration.SERVICE_TIMEOUT_MS,
    log,
    ...(TRUST_PROXY && { trustProxy: TRUST_PROXY }),
    ...(FORWARD_HEADERS && {
      forwardHeaders: FORWARD_HEADERS.toLowerCase()
        .split(',')
        .map((name) => name.trim()),
    }),
    ...(JWKS_URL &&
      TOKEN_ISSUER &&
      TOKEN_AUDIENCE && {
        auth: { jwks: JWKS_URL, issuer: TOKEN_ISSUER, audience: TOKEN_AUDIENCE, ...authorityOf(configuration, log) },
      }),
    ...(configuration.AUTHORITY_URL && { cookieService: configuration.AUTHORITY_NAME }),
    ...(ASSERTION_KEY && { assertionKey: ASSERTION_KEY }),
    ...(configuration.RATE_LIMIT_URL && {
      rateLimiter: await rateLimiterOf(configuration.RATE_LIMIT_URL, configuration),
    }),
  }
}

/** What has no value unless somebody gives it one. */
const optional = ({
  INTROSPECTION,
  PLAYGROUND,
  MANAGEMENT_PORT,
  TRUSTED_DOCUMENTS,
  TRUSTED_DOCUMENTS_MODE,
}: GatewayConfiguration): Partial<GatewayOptions> => ({
  ...(INTROSPECTION !== undefined && { introspection: INTROSPECTION }),
  ...(PLAYGROUND !== undefined && { playground: PLAYGROUND }),
  ...(MANAGEMENT_PORT !== undefined && { managementPort: MANAGEMENT_PORT }),
  ...(TRUSTED_DOCUMENTS !== undefined && {
    trustedDocuments: { manifest: readTrustedDocuments(TRUSTED_DOCUMENTS), mode: TRUSTED_DOCUMENTS_MODE },
  }),
})

const rateLimiterOf = (
  url: string,
  { RATE_LIMIT_POINTS_PER_MINUTE: points, RATE_LIMIT_FIELDS: sensitive = {} }: GatewayConfiguration,
) =>
  createSharedRateLimiter({ url, budget: { points, windowSeconds: 60 }, sensitive }).catch((error: unknown) => {
    throw explain(error, 'without its RATE_LIMIT_URL')
  })

const authorityOf = ({ AUTHORITY_URL, AUTHORITY_NAME, SERVICE_SECRET }: GatewayConfiguration, log: Logger) => {
  if (!AUTHORITY_URL || !SERVICE_SECRET) return {}
  const procedures = httpProcedures({
    from: 'gateway',
    secret: SERVICE_SECRET,
    urls: { [AUTHORITY_NAME]: AUTHORITY_URL },
  })
  return createAuthority({ procedures, service: AUTHORITY_NAME, log })
}

/**
 * Starts the gateway of the command line.
 *
 * @throws ConfigurationError when what the configuration names is missing or broken
 */
export const runGateway = async (configuration: GatewayConfiguration): Promise<RunningGateway> => {
  const log = createLogger({ name: 'gateway', level: configuration.LOG_LEVEL })
  const telemetry = await startTelemetry(configuration, log)
  const options = await optionsOf(configuration, log)
  const gateway = await createGateway(options).catch((error: unknown) => {
    throw explain(error, configuration.SUPERGRAPH)
  })
  return {
    url: gateway.url,
    close: async () => {
      await gateway.close()
      await telemetry.close()
    },
  }
}
