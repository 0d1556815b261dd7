import { hash } from '@node-rs/argon2'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deadSessions } from '../src/internal.ts'
import { credentials } from '../src/tables.ts'
import { type Identity, Login, PASSWORD, startIdentity, times } from './start-identity.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.close())

const NEW = 'seven loud herons sing'
const Request =
  'mutation ($email: String!) { requestPasswordReset(input: { email: $email }) { email userErrors { code } } }'
const Reset =
  'mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { user { id } userErrors { code field } } }'
const Change =
  'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { viewer { id } userErrors { code field } } }'
const RequestEmail =
  'mutation ($newEmail: String!) { requestEmailChange(input: { newEmail: $newEmail }) { email userErrors { code } } }'
const ConfirmEmail =
  'mutation ($token: String!) { confirmEmailChange(input: { token: $token }) { viewer { account { email } } userErrors { code } } }'
const login = async (email: string, password: string, deviceToken?: string) =>
  (await identity.anonymous.query(Login, { input: { email, password, deviceToken } })).login
const dead = async (...sessionIds: string[]) =>
  ((await identity.service.procedure(deadSessions.name, { sessionIds }, 'test')) as { dead: string[] }).dead
const resetToken = async (email: string): Promise<string> => {
  await identity.anonymous.query(Request, { email })
  await identity.runJobs()
  return identity.mail.token(email, 'Choose a new password')
}

test('passwords are stored as Argon2id of at least 19 MiB and two passes; weaker hashes are renewed at login', async () => {
  const user = await identity.createUser()
  const stored = async () =>
    (await identity.context.db.select().from(credentials).where(eq(credentials.userId, user.id)))[0]?.passwordHash
  expect(await stored()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  await identity.context.db
    .update(credentials)
    .set({ passwordHash: await hash(PASSWORD, { memoryCost: 4_096, timeCost: 1, parallelism: 1 }) })
    .where(eq(credentials.userId, user.id))
  expect((await login(user.email, PASSWORD)).challenge).not.toBeNull()
  expect(await stored()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

test('a reset ends sessions and trusted devices, asks for the second factor, and its link works once', async () => {
  const { user, viewer } = await identity.createLogin()
  const token = await resetToken(user.email)
  const weak = await identity.anonymous.query(Reset, { input: { token, newPassword: 'short' } })
  expect(weak.resetPassword.userErrors).toEqual([{ code: 'VALIDATION', field: ['input', 'newPassword'] }])
  const answers = await Promise.all(
    times(10, () => identity.anonymous.query(Reset, { input: { token, newPassword: NEW } })),
  )
  expect(answers.filter(({ resetPassword }) => resetPassword.user)).toHaveLength(1)
  expect(await dead(viewer.sessionId)).toEqual([viewer.sessionId])
  expect((await login(user.email, PASSWORD)).userErrors).toMatchObject([{ code: 'INVALID_CREDENTIALS' }])
  expect(await login(user.email, NEW)).toMatchObject({ challenge: { methods: ['EMAIL'] }, tokens: null })
  await identity.runJobs()
  expect(identity.mail.newest(user.email, 'Your password was changed').text).toContain(user.displayName)
})

test('a link to a new password is good for half an hour and starts with our own address', async () => {
  const user = await identity.createUser()
  const token = await resetToken(user.email)
  expect(identity.mail.newest(user.email, 'Choose a new password').text).toContain(
    'https://gigraph.test/reset-password?token=',
  )
  identity.clock.advance('1801s')
  const { resetPassword } = await identity.anonymous.query(Reset, { input: { token, newPassword: NEW } })
  expect(resetPassword).toEqual({ user: null, userErrors: [{ code: 'EXPIRED', field: ['input', 'token'] }] })
})

test('unknown addresses get the same answer and no mail, and links of another kind are no good', async () => {
  expect(await identity.anonymous.query(Request, { email: 'nobody@example.com' })).toEqual({
    requestPasswordReset: { email: 'nobody@example.com', userErrors: [] },
  })
  await identity.runJobs()
  expect(identity.mail.to('nobody@example.com')).toEqual([])
  const user = await identity.createUser()
  const token = await resetToken(user.email)
  const Verify = 'mutation ($token: String!) { verifyEmail(input: { token: $token }) { userErrors { code } } }'
  expect(await identity.anonymous.query(Verify, { token })).toEqual({
    verifyEmail: { userErrors: [{ code: 'EXPIRED' }] },
  })
})

test('a change needs the current password, keeps the session that asks and ends the others', async () => {
  const { user, client, viewer } = await identity.createLogin()
  const other = await identity.logIn(user)
  const change = async (currentPassword: string, newPassword: string) =>
    (await client.query(Change, { input: { currentPassword, newPassword } })).changePassword
  expect((await change('not the password at all', NEW)).userErrors).toEqual([
    { code: 'INVALID_CREDENTIALS', field: ['input', 'currentPassword'] },
  ])
  expect((await change(PASSWORD, PASSWORD)).userErrors).toEqual([
    { code: 'VALIDATION', field: ['input', 'newPassword'] },
  ])
  expect((await change(PASSWORD, 'short')).userErrors).toEqual([
    { code: 'VALIDATION', field: ['input', 'newPassword'] },
  ])
  expect(await change(PASSWORD, NEW)).toEqual({ viewer: { id: user.id }, userErrors: [] })
  expect(await dead(viewer.sessionId, other.viewer.sessionId)).toEqual([other.viewer.sessionId])
  expect((await login(user.email, NEW)).challenge).not.toBeNull()
})

test('guessing the current password in a session ends after ten tries', async () => {
  const { client } = await identity.createLogin()
  const input = { currentPassword: 'not the password at all', newPassword: NEW }
  const answers = await Promise.all(times(15, () => client.run(Change, { input })))
  expect(answers.filter(({ errors }) => errors?.[0]?.extensions.code === 'RATE_LIMITED')).toHaveLength(5)
})

test('a new address is proved by its link, in the same person’s session; both addresses are told', async () => {
  const { user, client } = await identity.createLogin()
  const newEmail = 'moved@example.com'
  expect(await client.query(RequestEmail, { newEmail })).toEqual({
    requestEmailChange: { email: newEmail, userErrors: [] },
  })
  await identity.runJobs()
  const token = identity.mail.token(newEmail, 'Confirm your new e-mail address')
  const stranger = await identity.createLogin()
  expect((await stranger.client.query(ConfirmEmail, { token })).confirmEmailChange.userErrors).toEqual([
    { code: 'EXPIRED' },
  ])
  const oldReset = await resetToken(user.email)
  expect(await client.query(ConfirmEmail, { token })).toEqual({
    confirmEmailChange: { viewer: { account: { email: newEmail } }, userErrors: [] },
  })
  expect((await client.query(ConfirmEmail, { token })).confirmEmailChange.userErrors).toEqual([{ code: 'EXPIRED' }])
  await identity.runJobs()
  for (const address of [user.email, newEmail])
    expect(identity.mail.newest(address, 'Your e-mail address was changed').text).toContain(user.displayName)
  const reset = await identity.anonymous.query(Reset, { input: { token: oldReset, newPassword: NEW } })
  expect(reset.resetPassword.userErrors).toMatchObject([{ code: 'EXPIRED' }])
  expect((await login(newEmail, PASSWORD)).challenge).not.toBeNull()
  expect((await login(user.email, PASSWORD)).challenge).toBeNull()
})

test('an address of another account is answered alike, and its owner is told', async () => {
  const { client, user } = await identity.createLogin()
  const owner = await identity.createUser()
  expect(await client.query(RequestEmail, { newEmail: owner.email })).toEqual({
    requestEmailChange: { email: owner.email, userErrors: [] },
  })
  await identity.runJobs()
  expect(identity.mail.to(owner.email).map(({ subject }) => subject)).toEqual(['You already have an account'])
  expect((await client.query(RequestEmail, { newEmail: user.email })).requestEmailChange.userErrors).toEqual([
    { code: 'VALIDATION' },
  ])
})

test('of two people who prove the same address one gets it', async () => {
  const newEmail = 'shared@example.com'
  const one = await identity.createLogin()
  const two = await identity.createLogin()
  const tokens: string[] = []
  for (const { client } of [one, two]) {
    await client.query(RequestEmail, { newEmail })
    await identity.runJobs()
    tokens.push(identity.mail.token(newEmail, 'Confirm your new e-mail address'))
  }
  const answers = await Promise.all(
    [one, two].map(({ client }, index) => client.query(ConfirmEmail, { token: tokens[index] })),
  )
  expect(answers.flatMap(({ confirmEmailChange }) => confirmEmailChange.userErrors)).toEqual([
    { code: 'ALREADY_EXISTS' },
  ])
})
