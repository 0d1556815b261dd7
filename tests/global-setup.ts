import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '@gigraph/dev/postgres'
import type { TestProject } from 'vitest/node'

/** One throw-away PostgreSQL server for the whole run; each test file makes its databases in it. */
const setup = async ({ provide }: TestProject) => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'gigraph-test-postgres-'))
  const server = await startPostgres({
    dataDirectory,
    port: 0,
    password: 'test-only',
    persistent: false,
    log: { debug: () => undefined, info: () => undefined, error: (message) => process.stderr.write(`${message}\n`) },
  })
  provide('postgresUrl', server.url)
  return async () => {
    await server.stop()
    rmSync(dataDirectory, { recursive: true, force: true })
  }
}

export default setup
