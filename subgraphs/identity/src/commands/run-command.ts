import { ConfigurationError, environment } from '@gigraph/shared/config'
import { createLogger } from '@gigraph/shared/logging'
import { startService } from '@gigraph/shared/service'
import type { Context } from '../context.ts'
import { identityService } from '../index.ts'

/**
 * Runs a command of an operator beside the service, with the service's own environment. Prints what `run` answers; a failure goes
 * to standard error, with exit code 1.
 */
export const runCommand = async (run: (ctx: Context) => Promise<string>): Promise<void> => {
  try {
    const log = createLogger({ name: 'identity', level: 'error' })
    // A port of its own, and no workers: the service may be running.
    const service = await startService(identityService, {
      environment: { ...environment, HOST: '127.0.0.1', PORT: '0' },
      log,
      background: false,
    })
    try {
      process.stdout.write(`${await run(service.systemContext())}\n`)
    } finally {
      await service.close()
    }
  } catch (error) {
    const known = error instanceof ConfigurationError || error instanceof CommandError
    process.stderr.write(`${known ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}

/** What the operator has to correct. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}
