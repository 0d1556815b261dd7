import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningServices, type Stack, type StackOptions, startStack } from '@gigraph/dev/stack'
import { seedIdentity } from '@gigraph/identity/seed'
import { makeId } from '@gigraph/shared/time'
import { inject } from 'vitest'
import '@gigraph/shared/testing'

/** The whole system on free ports and databases of its own, on the run's PostgreSQL server. */
export const startTestStack = async (
  topology: StackOptions['topology'],
  more: Partial<StackOptions> = {},
): Promise<Stack> => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'gigraph-test-stack-'))
  const stack = await startStack({
    topology,
    dataDirectory,
    ports: 'free',
    databasePrefix: `test_${randomBytes(6).toString('hex')}`,
    logLevel: 'fatal',
    ...more,
    replacements: { databaseUrl: inject('postgresUrl'), ...more.replacements },
  })
  return {
    ...stack,
    close: async () => {
      await stack.close()
      rmSync(dataDirectory, { recursive: true, force: true })
    },
  }
}

/** Somebody with every staff scope, there from the start. */
export const seedAdmin =
  (admin: { readonly email: string; readonly password: string; readonly handle: string }) =>
  (services: RunningServices): Promise<void> =>
    seedIdentity(services.identity.systemContext() as Parameters<typeof seedIdentity>[0], [
      { ...admin, id: makeId(), displayName: 'Ada Admin', roles: ['ADMIN'] },
    ])
