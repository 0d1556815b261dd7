import { readFileSync } from 'node:fs'
import { ConfigurationError } from '@gigraph/shared/config'
import { createLogger, type Logger } from '@gigraph/shared/logging'
import { httpProcedures } from '@gigraph/shared/service'
import { createAuthority } from './auth/authority.ts'
import { type GatewayConfiguration, readGatewayConfiguration } from './config.ts'
import { createGateway } from './create-gateway.ts'
import type { GatewayOptions } from './gateway-options.ts'

/** The options that a configuration stands for. */
const optionsOf = (configuration: GatewayConfiguration): GatewayOptions => {
  const { JWKS_URL, TOKEN_ISSUER, TOKEN_AUDIENCE, TRUST_PROXY, FORWARD_HEADERS, SERVICE_URLS, ASSERTION_KEY } =
    configuration
  const log = createLogger({ name: 'gateway', level: configuration.LOG_LEVEL })
  return {
    supergraph: { file: configuration.SUPERGRAPH },
    services: Object.fromEntries(Object.entries(SERVICE_URLS ?? {}).map(([name, url]) => [name, { url }])),
    port: configuration.PORT,
    host: configuration.HOST,
    production: configuration.PRODUCTION,
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
    ...(ASSERTION_KEY && { assertionKey: ASSERTION_KEY }),
  }
}

const authorityOf = ({ AUTHORITY_URL, AUTHORITY_NAME, SERVICE_SECRET }: GatewayConfiguration, log: Logger) => {
  if (!AUTHORITY_URL || !SERVICE_SECRET) return {}
  const procedures = httpProcedures({
    from: 'gateway',
    secret: SERVICE_SECRET,
    urls: { [AUTHORITY_NAME]: AUTHORITY_URL },
  })
  return createAuthority({ procedures, service: AUTHORITY_NAME, log })
}

const run = async (): Promise<void> => {
  const gateway = await createGateway(
    optionsOf(readGatewayConfiguration(process.argv.slice(2), (path) => readFileSync(path, 'utf8'))),
  )
  process.stdout.write(`GraphQL at ${gateway.url}\n`)
  let _stopping: Promise<void> | null = null
  const stop = () => {
    _stopping ??= gateway.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`)
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

run().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof ConfigurationError ? error.message : String((error as Error).stack ?? error)}\n`,
  )
  process.exit(1)
})
