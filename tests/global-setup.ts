import { join } from 'node:path'
import { startPostgres } from '@gigraph/dev/postgres'
import { ensureRole } from '@gigraph/shared/database'
import type { TestProject } from 'vitest/node'
import { makeScratch } from './scratch.ts'

const PASSWORD = 'test-only'

/** One throw-away PostgreSQL server for the whole run; each test file makes its databases in it. */
const setup = async ({ provide }: TestProject) => {
  const scratch = makeScratch()
  // Workers begin later and inherit it, and so do the programs that they start.
  process.env.TMPDIR = scratch.directory
  const server = await startPostgres({
    dataDirectory: join(scratch.directory, 'postgres'),
    port: 0,
    password: PASSWORD,
    persistent: false,
    // Thousands of connections, each of which would work for a password that is no secret.
    settings: { scram_iterations: 1 },
    log: { debug: () => undefined, info: () => undefined, error: (message) => process.stderr.write(`${message}\n`) },
  })
  // Its password was set before the settings held.
  await ensureRole({ adminUrl: server.url, name: 'postgres', password: PASSWORD })
  provide('postgresUrl', server.url)
  return async () => {
    await server.stop()
    scratch.remove()
  }
}

export default setup
