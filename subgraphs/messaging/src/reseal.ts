import { ConfigurationError, environment, postgresUrl, readConfiguration, secret } from '@gigraph/shared/config'
import { openDatabase, transaction } from '@gigraph/shared/database'
import { resealSecrets } from './webhook/reseal-secrets.ts'

/**
 * `pnpm --filter @gigraph/messaging keys:reseal`: encrypts the secrets of webhooks with NEXT_KEY_ENCRYPTION_SECRET instead of KEY_ENCRYPTION_SECRET,
 * all or none. Restart messaging with the new one at once: until then no webhook is delivered, and all are later.
 */
const run = async (): Promise<string> => {
  const config = readConfiguration(
    'keys:reseal',
    {
      DATABASE_URL: postgresUrl('gigraph_messaging'),
      KEY_ENCRYPTION_SECRET: secret,
      NEXT_KEY_ENCRYPTION_SECRET: secret,
    },
    environment,
  )
  const { db, close } = openDatabase({ url: config.DATABASE_URL, applicationName: 'gigraph-messaging-reseal' })
  try {
    const count = await transaction(db, (tx) =>
      resealSecrets(tx, { from: config.KEY_ENCRYPTION_SECRET, to: config.NEXT_KEY_ENCRYPTION_SECRET }),
    )
    return `${count} secrets of webhooks are sealed anew: restart messaging with that secret as KEY_ENCRYPTION_SECRET.`
  } finally {
    await close()
  }
}

run().then(
  (done) => process.stdout.write(`${done}\n`),
  (error: unknown) => {
    process.stderr.write(`${error instanceof ConfigurationError ? error.message : String(error)}\n`)
    process.exitCode = 1
  },
)
