import { eq, like } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { credentials, loginChallenges, rateLimits } from '../src/tables.ts'
import { type Identity, Login, PASSWORD, startIdentity, times, VerifyMfa } from './start-identity.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.close())

const Resend = /* GraphQL */ `mutation ($challengeId: ID!) { resendMfaCode(input: { challengeId: $challengeId }) { challenge { id methods } userErrors { code } } }`
const login = async (email: string, password: string) =>
  (await identity.anonymous.query(Login, { input: { email, password } })).login
const verify = async (input: Record<string, unknown>) =>
  (await identity.anonymous.query(VerifyMfa, { input })).verifyMfa
/** A code that is not the right one. */
const wrong = (code: string, by = 1) => String((Number(code) + by) % 1_000_000).padStart(6, '0')

test('known and unknown addresses and wrong passwords get the same answer', async () => {
  const user = await identity.createUser()
  const answer = {
    challenge: null,
    tokens: null,
    userErrors: [{ code: 'INVALID_CREDENTIALS', message: expect.any(String), field: null }],
  }
  expect(await login(user.email, 'not the password at all')).toEqual(answer)
  expect(await login('nobody@example.com', PASSWORD)).toEqual(answer)
  expect(await login("' or 1=1 --", PASSWORD)).toEqual(answer)
})

test('of fifty parallel submissions of the right code one logs in', async () => {
  const user = await identity.createUser()
  const challengeId = await identity.challenge(user)
  const code = identity.mail.code(user.email)
  const answers = await Promise.all(times(50, () => verify({ challengeId, code })))
  expect(answers.filter(({ tokens }) => tokens)).toHaveLength(1)
  expect(answers.flatMap(({ userErrors }) => userErrors.map((error: { code: string }) => error.code))).toEqual(
    times(49, () => 'EXPIRED'),
  )
  expect((await identity.outbox('user.logged_in')).filter(({ userId }) => userId === user.id)).toHaveLength(1)
})

test('five wrong codes end a login, however many arrive at once and as aliases of one operation', async () => {
  const user = await identity.createUser()
  const challengeId = await identity.challenge(user)
  const code = identity.mail.code(user.email)
  const aliases = times(
    30,
    (index) =>
      `a${index}: verifyMfa(input: { challengeId: "${challengeId}", code: "${wrong(code, index + 1)}" }) { userErrors { code } }`,
  )
  const answers: Record<string, { userErrors: { code: string }[] }>[] = await Promise.all(
    times(2, () => identity.anonymous.query(`mutation { ${aliases.join('\n')} }`)),
  )
  const codes = answers.flatMap((answer) =>
    Object.values(answer).flatMap(({ userErrors }) => userErrors.map((error) => error.code)),
  )
  expect(codes.filter((each) => each === 'INVALID_CODE')).toHaveLength(5)
  expect(codes.filter((each) => each === 'LIMIT_EXCEEDED')).toHaveLength(55)
  expect(await verify({ challengeId, code })).toMatchObject({ tokens: null, userErrors: [{ code: 'LIMIT_EXCEEDED' }] })
})

test('another code replaces the first and keeps the count of wrong ones', async () => {
  const user = await identity.createUser()
  const challengeId = await identity.challenge(user)
  const first = identity.mail.code(user.email)
  for (const by of [1, 2, 3]) await verify({ challengeId, code: wrong(first, by) })
  expect((await identity.anonymous.query(Resend, { challengeId })).resendMfaCode).toEqual({
    challenge: { id: challengeId, methods: ['EMAIL'] },
    userErrors: [],
  })
  await identity.runJobs()
  const second = identity.mail.code(user.email)
  expect((await verify({ challengeId, code: first })).userErrors).toMatchObject([{ code: 'INVALID_CODE' }])
  const [row] = await identity.context.db.select().from(loginChallenges).where(eq(loginChallenges.id, challengeId))
  expect(row?.failures).toBe(4)
  expect((await verify({ challengeId, code: second })).tokens).not.toBeNull()
})

test('a code is good for ten minutes, for its own challenge, and is not stored', async () => {
  const user = await identity.createUser()
  const one = await identity.challenge(user)
  const codeOfOne = identity.mail.code(user.email)
  const two = await identity.challenge(user)
  const codeOfTwo = identity.mail.code(user.email)
  expect((await verify({ challengeId: two, code: codeOfOne })).userErrors).toMatchObject([{ code: 'INVALID_CODE' }])
  const [row] = await identity.context.db.select().from(loginChallenges).where(eq(loginChallenges.id, one))
  expect(row?.codeHmac).toMatch(/^[\w-]{43}$/)
  expect(JSON.stringify(row)).not.toContain(codeOfOne)
  identity.clock.advance('601s')
  expect((await verify({ challengeId: two, code: codeOfTwo })).userErrors).toMatchObject([{ code: 'INVALID_CODE' }])
  identity.clock.advance('5m')
  expect((await verify({ challengeId: two, code: codeOfTwo })).userErrors).toMatchObject([{ code: 'EXPIRED' }])
  expect((await identity.anonymous.query(Resend, { challengeId: two })).resendMfaCode.userErrors).toEqual([
    { code: 'EXPIRED' },
  ])
})

test('a hundred wrong codes in a row close the second factor until a new password is chosen', async () => {
  const user = await identity.createUser()
  await identity.context.db.update(credentials).set({ mfaFailures: 99 }).where(eq(credentials.userId, user.id))
  const challengeId = await identity.challenge(user)
  const code = identity.mail.code(user.email)
  expect((await verify({ challengeId, code: wrong(code) })).userErrors).toMatchObject([{ code: 'INVALID_CODE' }])
  expect((await verify({ challengeId, code })).userErrors).toMatchObject([{ code: 'LIMIT_EXCEEDED' }])
  await identity.anonymous.query(
    'mutation ($email: String!) { requestPasswordReset(input: { email: $email }) { email } }',
    { email: user.email },
  )
  await identity.runJobs()
  const password = 'seven loud herons sing'
  const input = { token: identity.mail.token(user.email, 'Choose a new password'), newPassword: password }
  await identity.anonymous.query(
    'mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { user { id } } }',
    { input },
  )
  expect((await identity.logIn({ ...user, password })).viewer.id).toBe(user.id)
})

test('ten wrong passwords from one place close it for a while; the owner elsewhere gets in', async () => {
  const user = await identity.createUser()
  const from = (address: string, password: string) =>
    identity.service.execute({
      query: Login,
      variables: { input: { email: user.email, password } },
      caller: { viewer: null, address, userAgent: 'test' },
      requestId: identity.context.makeId(),
    })
  const answers = await Promise.all(times(30, () => from('203.0.113.9', 'a wrong password here')))
  expect(answers.filter(({ errors }) => errors?.[0]?.extensions.code === 'RATE_LIMITED')).toHaveLength(20)
  expect((await from('203.0.113.9', PASSWORD)).errors).toMatchObject([
    { extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 900 } },
  ])
  expect(await from('198.51.100.4', PASSWORD)).toMatchObject({ data: { login: { challenge: { methods: ['EMAIL'] } } } })
})

test('a hundred wrong passwords from many places do not lock the owner out of a known place', async () => {
  const { user } = await identity.createLogin()
  const from = (address: string, email: string, password: string) =>
    identity.service.execute({
      query: Login,
      variables: { input: { email, password } },
      caller: { viewer: null, address, userAgent: 'test' },
      requestId: identity.context.makeId(),
    })
  for (const [index, email] of [user.email, 'unknown-hundred@example.com'].entries()) {
    await from(`203.0.113.${index}`, email, 'a wrong password here')
    await identity.context.db.update(rateLimits).set({ count: 100 }).where(like(rateLimits.key, 'login-account:%'))
    // Known and unknown addresses are limited alike.
    expect((await from('203.0.113.200', email, PASSWORD)).errors).toMatchObject([
      { extensions: { code: 'RATE_LIMITED' } },
    ])
  }
  expect(await from('127.0.0.1', user.email, PASSWORD)).toMatchObject({
    data: { login: { challenge: { methods: ['EMAIL'] } } },
  })
})

test('bad answers are told by field', async () => {
  const { userErrors } = await verify({ challengeId: 'x', code: '123456' })
  expect(userErrors).toMatchObject([{ code: 'VALIDATION', field: ['input', 'challengeId'] }])
  const none = await verify({ challengeId: identity.context.makeId() })
  expect(none.userErrors).toMatchObject([{ code: 'VALIDATION', field: ['input', 'code'] }])
  const unknown = await verify({ challengeId: identity.context.makeId(), code: '123456' })
  expect(unknown.userErrors).toMatchObject([{ code: 'EXPIRED' }])
})
