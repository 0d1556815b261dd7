import { readFileSync } from 'node:fs'
import { ConfigurationError } from '@gigraph/shared/config'
import { readGatewayConfiguration, USAGE } from './config.ts'

const run = async (): Promise<void> => {
  if (process.argv.includes('--help')) {
    process.stdout.write(`${USAGE}\n`)
    return
  }
  const configuration = readGatewayConfiguration(process.argv.slice(2), (path) => readFileSync(path, 'utf8'))
  if (process.argv.includes('--check')) {
    const { checkConfiguration } = await import('./check-configuration.ts')
    process.stdout.write(`${checkConfiguration(configuration)}\n`)
    return
  }
  // Only now: help and faults of the configuration are told before the planner is loaded, which takes a second.
  const { runGateway } = await import('./run-gateway.ts')
  const gateway = await runGateway(configuration)
  process.stdout.write(`GraphQL at ${gateway.url}\n`)
  const stop = () => void gateway.close().then(() => process.exit(0), fail)
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

const fail = (error: unknown): never => {
  const text = error instanceof ConfigurationError ? error.message : ((error as Error).stack ?? String(error))
  process.stderr.write(`${text}\n`)
  process.exit(1)
}

run().catch(fail)
