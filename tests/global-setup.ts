import { join } from 'node:path'
import { startPostgres } from '@gigraph/dev/postgres'
import type { TestProject } from 'vitest/node'
import { makeScratch } from './scratch.ts'

/** One throw-away PostgreSQL server for the whole run; each test file makes its databases in it. */
const setup = async ({ provide }: TestProject) => {
  const scratch = makeScratch()
  // Workers begin later and inherit it, and so do the programs that they start.
  process.env.TMPDIR = scratch.directory
  const server = await startPostgres({
    dataDirectory: join(scratch.directory, 'postgres'),
    port: 0,
    password: 'test-only',
    persistent: false,
    log: { debug: () => undefined, info: () => undefined, error: (message) => process.stderr.write(`${message}\n`) },
  })
  provide('postgresUrl', server.url)
  return async () => {
    await server.stop()
    scratch.remove()
  }
}

export default setup
