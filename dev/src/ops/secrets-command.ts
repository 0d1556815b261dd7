import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { makeSecrets, random } from '../stack/secrets.ts'
import { makeKubernetesSecrets, renderKubernetesSecrets } from './kubernetes-secrets.ts'

/**
 * `npm run secrets:make`: writes `.env` with new secrets for docker-compose.yml, or with `-- --kubernetes` deploy/secrets.yaml for the
 * manifests there; never over one that exists.
 */

/** Everything that docker-compose.yml demands and that needs no account elsewhere, as lines of a `.env` file. */
export const makeEnvironmentFile = async (): Promise<string> => {
  const made = await makeSecrets()
  const variables = {
    POSTGRES_PASSWORD: random(),
    DATABASE_PASSWORD: made.postgresPassword,
    REDIS_PASSWORD: random(),
    SERVICE_SECRET: made.serviceSecret,
    IDENTITY_CODE_HMAC_SECRET: made.codeSecret,
    MESSAGING_CODE_HMAC_SECRET: random(),
    MESSAGING_KEY_ENCRYPTION_SECRET: random(),
    UPLOAD_SIGNING_SECRET: random(),
    KEY_ENCRYPTION_SECRET: made.keyEncryptionSecret,
    VIEWER_ASSERTION_PUBLIC_KEY: `'${JSON.stringify(made.assertionPublicKey)}'`,
    ASSERTION_KEY: `'${JSON.stringify(made.assertionPrivateKey)}'`,
  }
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
  return [
    ...lines,
    '# From https://dashboard.stripe.com/apikeys and from the webhook endpoint /webhooks/stripe of payments:',
    'STRIPE_SECRET_KEY=',
    'STRIPE_WEBHOOK_SECRET=',
    '',
  ].join('\n')
}

const KUBERNETES = 'deploy/secrets.yaml'

const run = async (target: string | undefined): Promise<void> => {
  const isForKubernetes = target === '--kubernetes'
  const file = fileURLToPath(new URL(`../../../${isForKubernetes ? KUBERNETES : '.env'}`, import.meta.url))
  const text = isForKubernetes ? renderKubernetesSecrets(await makeKubernetesSecrets()) : await makeEnvironmentFile()
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' })
    console.log(
      `Wrote ${file}; ${isForKubernetes ? 'replace every CHANGE-ME and the hosts that are not yours' : 'fill in what it leaves empty'}.`,
    )
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    console.error(`${file} exists and stays as it is: remove it first, and with it what only its secrets can read.`)
    process.exitCode = 1
  }
}

if (import.meta.main) await run(process.argv[2])
