import type { Databases } from './databases.ts'
import type { Ports } from './ports.ts'
import type { Secrets } from './secrets.ts'
import { type ServiceName, serviceNames, services } from './services.ts'

/** Issuer and audience of the local stack's access tokens. */
export const TOKEN_ISSUER = 'https://gigraph.localhost'
export const TOKEN_AUDIENCE = 'gigraph'

/** What the variables are made of. */
export interface Wiring {
  readonly ports: Ports
  readonly secrets: Secrets
  readonly databases: Databases
  readonly redisUrl: string | undefined
  readonly smtpUrl: string
  readonly mailFrom: string
  readonly stripe: { readonly secretKey: string; readonly webhookSecret: string; readonly apiUrl: string | undefined }
  /** Where links in mails lead. */
  readonly appUrl: string
  /** Where uploaded files are kept. */
  readonly filesDirectory: string
  readonly logLevel: string
  readonly telemetry: Readonly<Record<string, string>>
}

export const serviceUrl = (ports: Ports, name: ServiceName): string => `http://127.0.0.1:${ports.services[name]}`

/** One service's variables, the same whether it runs in this process or in its own. */
export const serviceEnvironment = (name: ServiceName, wiring: Wiring): Record<string, string> => {
  const { ports, secrets, databases, redisUrl, stripe } = wiring
  const peers = (services[name].calls ?? []) as readonly ServiceName[]
  return {
    PORT: String(ports.services[name]),
    LOG_LEVEL: wiring.logLevel,
    ...wiring.telemetry,
    DATABASE_URL: databases.services[name].url,
    MIGRATION_DATABASE_URL: databases.services[name].ownerUrl,
    ...(redisUrl ? { REDIS_URL: redisUrl } : { JOBS_DATABASE_URL: databases.jobsUrl }),
    VIEWER_ASSERTION_PUBLIC_KEY: JSON.stringify(secrets.assertionPublicKey),
    SERVICE_SECRET: secrets.serviceSecret,
    APP_URL: wiring.appUrl,
    PUBLIC_URL: serviceUrl(ports, name),
    ...Object.fromEntries(peers.map((peer) => [`${peer.toUpperCase()}_URL`, serviceUrl(ports, peer)])),
    JWT_ISSUER: TOKEN_ISSUER,
    JWT_AUDIENCE: TOKEN_AUDIENCE,
    CODE_HMAC_SECRET: secrets.codeSecret,
    KEY_ENCRYPTION_SECRET: secrets.keyEncryptionSecret,
    UPLOAD_SIGNING_SECRET: secrets.codeSecret,
    UPLOAD_DIRECTORY: wiring.filesDirectory,
    SMTP_URL: wiring.smtpUrl,
    MAIL_FROM: wiring.mailFrom,
    MODERATION: 'auto',
    WEBHOOKS_TO_LOOPBACK: 'on',
    STRIPE_SECRET_KEY: stripe.secretKey,
    STRIPE_WEBHOOK_SECRET: stripe.webhookSecret,
    ...(stripe.apiUrl && { STRIPE_API_URL: stripe.apiUrl }),
  }
}

/** The gateway's variables when it is a process of its own. */
export const gatewayEnvironment = (
  supergraph: string,
  { ports, secrets, logLevel, telemetry }: Wiring,
): Record<string, string> => ({
  SUPERGRAPH: supergraph,
  PORT: String(ports.gateway),
  LOG_LEVEL: logLevel,
  ...telemetry,
  SERVICE_URLS: JSON.stringify(
    Object.fromEntries(serviceNames.map((name) => [name, `${serviceUrl(ports, name)}/graphql`])),
  ),
  JWKS_URL: `${serviceUrl(ports, 'identity')}/.well-known/jwks.json`,
  AUTHORITY_URL: serviceUrl(ports, 'identity'),
  SERVICE_SECRET: secrets.serviceSecret,
  TOKEN_ISSUER,
  TOKEN_AUDIENCE,
  ASSERTION_KEY: JSON.stringify(secrets.assertionPrivateKey),
})
