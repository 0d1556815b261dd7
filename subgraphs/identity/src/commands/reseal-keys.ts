import { environment, readConfiguration, secret } from '@gigraph/shared/config'
import { transaction } from '@gigraph/shared/database'
import { reseal } from '../crypto/reseal.ts'
import { runCommand } from './run-command.ts'

/**
 * `pnpm keys:reseal`: encrypts signing keys and secrets of authenticator apps with NEXT_KEY_ENCRYPTION_SECRET instead of
 * KEY_ENCRYPTION_SECRET, all or none. Restart identity with the new one at once: copies with the old one cannot read them.
 */
await runCommand(async (ctx) => {
  const { NEXT_KEY_ENCRYPTION_SECRET } = readConfiguration(
    'keys:reseal',
    { NEXT_KEY_ENCRYPTION_SECRET: secret },
    environment,
  )
  const { keys, apps } = await transaction(ctx.db, (tx) =>
    reseal(tx, { from: ctx.config.KEY_ENCRYPTION_SECRET, to: NEXT_KEY_ENCRYPTION_SECRET }),
  )
  return `${keys} signing keys and ${apps} authenticator apps are sealed anew: restart identity with that secret as KEY_ENCRYPTION_SECRET.`
})
