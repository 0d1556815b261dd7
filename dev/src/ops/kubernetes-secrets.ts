import { makeSecrets, random } from '../stack/secrets.ts'
import { serviceNames } from '../stack/service-names.ts'

type Secret = Readonly<Record<string, string>>

/** Where a database server listens, until somebody writes where theirs does. */
const DATABASE_HOST = 'postgres'

const databaseUrl = (role: string, password: string, database: string): string =>
  `postgres://${role}:${password}@${DATABASE_HOST}:5432/${database}`

/** Every role has a password of its own: a running service knows neither its owner's nor another service's. */
const databaseSecrets = (): Readonly<Record<string, Secret>> => {
  const passwords: Record<string, string> = {}
  const secrets: Record<string, Secret> = {}
  for (const name of serviceNames) {
    const [role, owner] = [`gigraph_${name}`, `gigraph_${name}_owner`]
    passwords[role] = random()
    passwords[owner] = random()
    secrets[`gigraph-${name}`] = { DATABASE_URL: databaseUrl(role, passwords[role], role) }
    secrets[`gigraph-${name}-owner`] = { MIGRATION_DATABASE_URL: databaseUrl(owner, passwords[owner], role) }
  }
  secrets['gigraph-databases'] = {
    DATABASE_URL: databaseUrl('postgres', 'CHANGE-ME', 'postgres'),
    DATABASE_PASSWORD: random(),
    ROLE_PASSWORDS: JSON.stringify(passwords),
  }
  return secrets
}

/**
 * Every Secret that the manifests of deploy/ refer to, by name. What needs an account elsewhere begins with CHANGE-ME or holds it.
 */
export const makeKubernetesSecrets = async (): Promise<Readonly<Record<string, Secret>>> => {
  const made = await makeSecrets()
  const databases = databaseSecrets()
  const own: Readonly<Record<string, Secret>> = {
    identity: { CODE_HMAC_SECRET: made.codeSecret, KEY_ENCRYPTION_SECRET: made.keyEncryptionSecret },
    messaging: { CODE_HMAC_SECRET: random(), KEY_ENCRYPTION_SECRET: random() },
    payments: { STRIPE_SECRET_KEY: 'sk_live_CHANGE-ME', STRIPE_WEBHOOK_SECRET: 'whsec_CHANGE-ME' },
  }
  return {
    ...databases,
    ...Object.fromEntries(
      Object.entries(own).map(([name, secret]) => [`gigraph-${name}`, { ...databases[`gigraph-${name}`], ...secret }]),
    ),
    'gigraph-services': {
      SERVICE_SECRET: made.serviceSecret,
      VIEWER_ASSERTION_PUBLIC_KEY: JSON.stringify(made.assertionPublicKey),
      REDIS_URL: `redis://:${random()}@redis:6379`,
    },
    'gigraph-gateway': { ASSERTION_KEY: JSON.stringify(made.assertionPrivateKey) },
    'gigraph-mail': { SMTP_URL: 'smtps://user:CHANGE-ME@smtp.gigraph.example:465' },
    'gigraph-files': { S3_ACCESS_KEY_ID: 'CHANGE-ME', S3_SECRET_ACCESS_KEY: 'CHANGE-ME' },
  }
}

/** The Secrets as a file for `kubectl apply`: JSON is YAML. */
export const renderKubernetesSecrets = (secrets: Readonly<Record<string, Secret>>): string =>
  Object.entries(secrets)
    .map(([name, stringData]) =>
      JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, type: 'Opaque', stringData }, null, 2),
    )
    .join('\n---\n')
    .concat('\n')
