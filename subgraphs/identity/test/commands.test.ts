import { createTestDatabase, type TestDatabase } from '@gigraph/shared/testing'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askedServices } from '../src/export/archive.ts'
import { identityService } from '../src/index.ts'
import { runCommand } from './run-command.ts'

let database: TestDatabase
let environment: Record<string, string>
beforeAll(async () => {
  database = await createTestDatabase(identityService)
  const { publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  environment = {
    DATABASE_URL: database.url,
    MIGRATION_DATABASE_URL: database.ownerUrl,
    JOBS_DATABASE_URL: database.ownerUrl,
    VIEWER_ASSERTION_PUBLIC_KEY: JSON.stringify(await exportJWK(publicKey)),
    ...Object.fromEntries(askedServices.map((peer) => [`${peer.toUpperCase()}_URL`, 'http://127.0.0.1:9'])),
    SERVICE_SECRET: 'a secret of the tests, of no worth elsewhere',
    CODE_HMAC_SECRET: 'a secret of the tests: codes, of no worth elsewhere',
    KEY_ENCRYPTION_SECRET: 'a secret of the tests: keys, of no worth elsewhere',
    APP_URL: 'https://gigraph.test',
  }
})
afterAll(() => database.drop())

const command = (name: string, ...args: string[]) =>
  runCommand(name, args, { ...environment, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE })

// Each command is a process with a service in it.
const patience = { timeout: 90_000 }

test('keys are rotated from the command line', patience, async () => {
  const { stdout, stderr } = await command('rotate-keys')
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^The new key [\w-]{43} signs from 20\S+Z on\.\n$/)
  const [, activeAt = ''] = /from (\S+) on/.exec(stdout) ?? []
  expect(new Date(activeAt).getTime() - Date.now()).toBeGreaterThan(590_000 - 60_000)
})

test('the first administrator comes from the command line, with a link to choose a password', patience, async () => {
  const options = ['--email', 'first@example.com', '--handle', 'first-admin', '--name', 'Flo First']
  const { stdout } = await command('create-admin', ...options)
  expect(stdout).toMatch(/https:\/\/gigraph\.test\/accept-invitation\?token=[\w-]{43}\n$/)
  await expect(command('create-admin', ...options)).rejects.toMatchObject({
    code: 1,
    stderr: 'email: This address has an account.\n',
  })
})

test('a command names every fault of its configuration', patience, async () => {
  const { KEY_ENCRYPTION_SECRET: _, CODE_HMAC_SECRET: __, ...rest } = environment
  environment = rest
  await expect(command('rotate-keys')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/CODE_HMAC_SECRET: is required[\s\S]*KEY_ENCRYPTION_SECRET: is required/),
  })
})
