import { parseArgs } from 'node:util'
import { foundAdmin } from '../staff/found-admin.ts'
import { CommandError, runCommand } from './run-command.ts'

/**
 * `pnpm admin:create --email … --handle … --name …`: makes an administrator and prints the link to choose a password. For the
 * first one of an installation, and for the day when nobody gets in any more.
 */
const { values } = parseArgs({
  options: { email: { type: 'string' }, handle: { type: 'string' }, name: { type: 'string' } },
})

await runCommand(async (ctx) => {
  const { email, handle, name: displayName } = values
  const result = await foundAdmin(ctx, { email, handle, displayName })
  if (!result.ok)
    throw new CommandError(result.errors.map(({ field, message }) => `${field?.at(-1) ?? ''}: ${message}`).join('\n'))
  return `Open this link within seven days to choose a password:\n${result.value}`
})
