/** A launcher of its own for the tests: starts a server, tells where, and stops it when standard input ends. */
import { type PostgresOptions, startPostgres } from '../index.ts'

const options = JSON.parse(process.argv[2] ?? '{}') as Omit<PostgresOptions, 'log'>
const say = (told: object) => process.stdout.write(`${JSON.stringify(told)}\n`)
const log = { debug: () => undefined, info: (info: string) => say({ info }), error: (error: string) => say({ error }) }

try {
  const postgres = await startPostgres({ ...options, log })
  say({ url: postgres.url, port: postgres.port, dataDirectory: postgres.dataDirectory })
  process.stdin.on('end', async () => {
    await postgres.stop()
    say({ stopped: true })
  })
  process.stdin.resume()
} catch (error) {
  say({ failure: error instanceof Error ? `${error.name}: ${error.message}` : String(error) })
  process.exitCode = 1
}
