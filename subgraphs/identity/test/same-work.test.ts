import { outbox } from '@gigraph/shared/events'
import { hash, verify } from '@node-rs/argon2'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type Identity, Login, startIdentity } from './start-identity.ts'

// The library works as ever; only its calls are counted. Files share the modules of their worker, and those that have been
// loaded by another file hold the library itself: here all are loaded anew.
vi.hoisted(() => vi.resetModules())
vi.mock('@node-rs/argon2', { spy: true })

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.close())
afterAll(() => {
  vi.resetModules()
})
beforeEach(() => {
  vi.mocked(verify).mockClear()
  vi.mocked(hash).mockClear()
})

const Reset =
  'mutation ($email: String!) { requestPasswordReset(input: { email: $email }) { email userErrors { code } } }'
const Resend =
  'mutation ($email: String!) { resendVerificationEmail(input: { email: $email }) { email userErrors { code } } }'
const Register = 'mutation ($input: RegisterInput!) { register(input: $input) { email userErrors { code } } }'

/** What an answer costs: hashes, statements, and what is left to do for later. */
const workOf = async (query: string, variables: Record<string, unknown>) => {
  vi.mocked(verify).mockClear()
  vi.mocked(hash).mockClear()
  const jobs = await identity.context.db.$count(outbox)
  const statements = await identity.countStatements(() => identity.anonymous.query(query, variables))
  return {
    verified: vi.mocked(verify).mock.calls.length,
    hashed: vi.mocked(hash).mock.calls.length,
    statements,
    written: (await identity.context.db.$count(outbox)) - jobs,
  }
}

test('a login of an unknown address verifies a hash of the same strength, and asks the database as often', async () => {
  const user = await identity.createUser()
  const login = (email: string) => workOf(Login, { input: { email, password: 'not the password at all' } })
  // The first of all makes the hash that stands in for nobody's.
  await login('warm-up@example.com')
  const known = await login(user.email)
  const [ofKnown = ''] = vi.mocked(verify).mock.lastCall ?? []
  const unknown = await login('nobody-at-all@example.com')
  const [ofUnknown = ''] = vi.mocked(verify).mock.lastCall ?? []
  expect(known).toEqual({ verified: 1, hashed: 0, statements: expect.any(Number), written: 0 })
  expect(unknown).toEqual(known)
  const parameters = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/
  expect(String(ofKnown)).toMatch(parameters)
  expect(String(ofUnknown)).toMatch(parameters)
})

test('a reset, and a mail to verify, are the same work for known and unknown addresses', async () => {
  const user = await identity.createUser()
  for (const query of [Reset, Resend]) {
    const known = await workOf(query, { email: user.email })
    expect(known).toMatchObject({ written: 1 })
    expect(await workOf(query, { email: `nobody-${query.length}@example.com` })).toEqual(known)
  }
})

test('a sign-up hashes the password and writes one mail for later, whether or not the address is known', async () => {
  const user = await identity.createUser()
  const register = (email: string, handle: string) =>
    workOf(Register, {
      input: {
        role: 'CLIENT',
        email,
        password: 'seven loud herons sing',
        handle,
        displayName: 'Rae',
        acceptTerms: true,
      },
    })
  const known = await register(user.email, 'same-work-1')
  const unknown = await register('same-work@example.com', 'same-work-2')
  expect(known.hashed).toBe(1)
  expect(unknown.hashed).toBe(1)
  // A new account is an event beside the mail.
  expect(known.written).toBe(1)
  expect(unknown.written).toBe(2)
  expect(known.statements).toBe(unknown.statements)
})
