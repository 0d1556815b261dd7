import { parseArgs } from 'node:util'
import { runCommand } from './run-command.ts'

/**
 * `pnpm keys:rotate`: a new signing key is published now and signs in ten minutes; the old one verifies for half an hour more.
 * With `--compromised` the old keys are gone at once, and everybody's access token with them: clients refresh.
 */
const { values } = parseArgs({ options: { compromised: { type: 'boolean', default: false } } })

await runCommand(async (ctx) => {
  const { kid, activeAt } = await ctx.keys.rotate({ compromised: values.compromised })
  return `The new key ${kid} signs from ${activeAt.toISOString()} on.`
})
