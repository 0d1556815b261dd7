import { generateKeyPairSync } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeExpired } from '../src/maintenance.ts'
import { passkeyChallenges, passkeys, users } from '../src/tables.ts'
import { createAuthenticator } from './software-authenticator.ts'
import { type Identity, Login, PASSWORD, startIdentity, times, VerifyMfa, viewerOf } from './start-identity.ts'

const HOME = 'https://gigraph.test'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.close())

const BeginRegistration = 'mutation { beginPasskeyRegistration { options userErrors { code } } }'
const FinishRegistration = /* GraphQL */ `mutation ($input: FinishPasskeyRegistrationInput!) { finishPasskeyRegistration(input: $input) {
  passkey { id name synced createdAt lastUsedAt } userErrors { code field } } }`
const BeginLogin = 'mutation { beginPasskeyLogin { options userErrors { code } } }'
const FinishLogin = /* GraphQL */ `mutation ($response: JSONObject!) { finishPasskeyLogin(input: { response: $response }) {
  tokens { accessToken refreshToken } userErrors { code } } }`
const BeginMfa = 'mutation ($id: ID!) { beginPasskeyMfa(input: { challengeId: $id }) { options userErrors { code } } }'
const Rename =
  'mutation ($id: ID!, $name: String!) { renamePasskey(input: { passkeyId: $id, name: $name }) { passkey { name } userErrors { code field } } }'
const Remove =
  'mutation ($id: ID!) { removePasskey(input: { passkeyId: $id }) { mfa { methods } userErrors { code allowed } } }'
const List = '{ viewer { passkeys { id name lastUsedAt } mfa { methods } } }'
const SetEmail =
  'mutation ($enabled: Boolean!) { setEmailMfa(input: { enabled: $enabled }) { userErrors { code allowed } } }'
const refused = { tokens: null, userErrors: [{ code: 'INVALID_CREDENTIALS' }] }

type Client = Identity['anonymous']
type Authenticator = ReturnType<typeof createAuthenticator>

const options = async (client: Client) => (await client.query(BeginRegistration)).beginPasskeyRegistration.options
const register = async (client: Client, response: object, name?: string) =>
  (await client.query(FinishRegistration, { input: { response, name } })).finishPasskeyRegistration
const loginOptions = async () => (await identity.anonymous.query(BeginLogin)).beginPasskeyLogin.options
const finish = async (response: object) =>
  (await identity.anonymous.query(FinishLogin, { response })).finishPasskeyLogin

/** Somebody with a passkey. */
const withPasskey = async () => {
  const person = await identity.createLogin()
  const authenticator = createAuthenticator(HOME)
  const { passkey } = await register(person.client, authenticator.create(await options(person.client)), 'My phone')
  return { ...person, authenticator, passkey: passkey as { id: string } }
}
const mfaOptions = async (challengeId: string) =>
  (await identity.anonymous.query(BeginMfa, { id: challengeId })).beginPasskeyMfa
const verify = async (challengeId: string, passkey: object) =>
  (await identity.anonymous.query(VerifyMfa, { input: { challengeId, passkey } })).verifyMfa

test('a passkey is added, told to its owner, and logs in without address, password or code', async () => {
  const { user, client } = await identity.createLogin()
  const authenticator = createAuthenticator(HOME)
  const created = await options(client)
  expect(created).toMatchObject({
    rp: { id: 'gigraph.test', name: 'Gigraph' },
    attestation: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  expect(Buffer.from(created.challenge, 'base64url')).toHaveLength(32)
  expect(await register(client, authenticator.create(created), 'My phone')).toEqual({
    passkey: {
      id: expect.any(String),
      name: 'My phone',
      synced: false,
      createdAt: identity.clock.now().toISOString(),
      lastUsedAt: null,
    },
    userErrors: [],
  })
  await identity.runJobs()
  expect(identity.mail.newest(user.email, 'A new passkey was added').text).toContain(user.displayName)

  const asked = await loginOptions()
  expect(asked).toMatchObject({ rpId: 'gigraph.test', userVerification: 'required' })
  expect(asked.allowCredentials ?? []).toEqual([])
  const { tokens, userErrors } = await finish(authenticator.get(asked))
  expect(userErrors).toEqual([])
  const viewer = viewerOf(tokens.accessToken)
  expect(viewer.id).toBe(user.id)
  // It counts as a fresh login with both factors.
  expect(viewer.authenticatedAt).toBe(Math.floor(identity.clock.now().getTime() / 1_000))
  expect(await identity.outbox('user.logged_in')).toContainEqual({ userId: user.id, sessionId: viewer.sessionId })
  const seen = (await identity.as(viewer).query(List)).viewer
  expect(seen.passkeys).toMatchObject([{ name: 'My phone', lastUsedAt: identity.clock.now().toISOString() }])
  expect(seen.mfa.methods).toEqual(['PASSKEY', 'EMAIL'])
})

test('challenges are stored hashed, work once, and for five minutes', async () => {
  const { authenticator } = await withPasskey()
  const asked = await loginOptions()
  const rows = await identity.context.db.select().from(passkeyChallenges)
  expect(JSON.stringify(rows)).not.toContain(asked.challenge)
  const answer = authenticator.get(asked)
  const answers = await Promise.all(times(20, () => finish(answer)))
  expect(answers.filter(({ tokens }) => tokens)).toHaveLength(1)
  expect(answers.filter(({ tokens }) => !tokens)).toEqual(times(19, () => refused))

  const late = authenticator.get(await loginOptions())
  identity.clock.advance('5m')
  expect(await finish(late)).toEqual(refused)
  expect(await finish(authenticator.get({ ...asked, challenge: 'bm9ib2R5IGFza2Vk' }))).toEqual(refused)
  await loginOptions()
  identity.clock.advance('5m')
  await identity.runJob(removeExpired, {})
  expect(await identity.context.db.$count(passkeyChallenges)).toBe(0)
})

const others: [string, (authenticator: Authenticator) => Parameters<Authenticator['get']>[1]][] = [
  ['of another origin', () => ({ origin: 'https://gigraph.test.evil.example' })],
  ['of our host without TLS', () => ({ origin: 'http://gigraph.test' })],
  ['for another domain', () => ({ rpId: 'evil.example' })],
  ['without PIN, finger or face', () => ({ userVerified: false })],
  ['of another key', () => ({ privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey })],
  ['of another ceremony', () => ({ type: 'webauthn.create' })],
  ['with another challenge', () => ({ challenge: 'bm9ib2R5IGFza2Vk' })],
  ['with a counter that went back', () => ({ counter: 1 })],
  ['with another owner’s handle', () => ({ userHandle: Buffer.from(identity.context.makeId()).toString('base64url') })],
  ['without a handle', () => ({ userHandle: null })],
]

test.each(others)('an answer %s logs nobody in and uses the challenge up', async (_, mischief) => {
  const { authenticator } = await withPasskey()
  expect((await finish(authenticator.get(await loginOptions()))).userErrors).toEqual([])
  const asked = await loginOptions()
  expect(await finish(authenticator.get(asked, mischief(authenticator)))).toEqual(refused)
  // A challenge that was named is used up; one that was not named still stands.
  const again = await finish(authenticator.get(asked))
  expect(again.userErrors).toEqual(mischief(authenticator)?.challenge ? [] : refused.userErrors)
})

test('what is no answer at all is refused alike', async () => {
  const { authenticator } = await withPasskey()
  const good = authenticator.get(await loginOptions())
  for (const response of [
    {},
    { ...good, id: '' },
    { ...good, type: 'password' },
    { ...good, response: { ...good.response, clientDataJSON: 'AAAA' } },
    { ...good, response: { ...good.response, signature: 'not base64url!' } },
    { ...good, response: { ...good.response, authenticatorData: 'AA' } },
  ])
    expect(await finish(response)).toEqual(refused)
})

test.each(others.filter(([name]) => /origin|TLS|domain|PIN|challenge/.test(name)))(
  'a registration %s is refused',
  async (_, mischief) => {
    const { client } = await identity.createLogin()
    const authenticator = createAuthenticator(HOME)
    const response = authenticator.create(await options(client), mischief(authenticator))
    expect(await register(client, response)).toEqual({
      passkey: null,
      userErrors: [{ code: 'INVALID_CREDENTIALS', field: ['input', 'response'] }],
    })
  },
)

test('a registration is for who began it, works once, and a key belongs to one account', async () => {
  const one = await identity.createLogin()
  const two = await identity.createLogin()
  const authenticator = createAuthenticator(HOME)
  const mine = authenticator.create(await options(one.client))
  expect((await register(two.client, mine)).userErrors).toMatchObject([{ code: 'INVALID_CREDENTIALS' }])
  expect((await register(one.client, mine)).userErrors).toMatchObject([{ code: 'INVALID_CREDENTIALS' }])
  // A login's challenge is none for a registration.
  const asked = await loginOptions()
  const foreign = createAuthenticator(HOME).create({ ...(await options(one.client)), challenge: asked.challenge })
  expect((await register(one.client, foreign)).userErrors).toMatchObject([{ code: 'INVALID_CREDENTIALS' }])

  const { authenticator: other, user } = await withPasskey()
  const [known] = await identity.context.db.select().from(passkeys).where(eq(passkeys.userId, user.id))
  await identity.context.db.delete(passkeys).where(eq(passkeys.userId, user.id))
  await identity.context.db.insert(passkeys).values({ ...known!, userId: one.user.id })
  expect(await finish(other.get(await loginOptions()))).toEqual(refused)
})

test('the authenticator is told which keys there are, and nobody has more than twenty', async () => {
  const { client, authenticator, user } = await withPasskey()
  const created = await options(client)
  expect(created.excludeCredentials).toMatchObject([{ id: authenticator.credentials[0]?.id }])
  expect(() => authenticator.create(created)).toThrow()
  const [row] = await identity.context.db.select().from(passkeys).where(eq(passkeys.userId, user.id))
  await identity.context.db
    .insert(passkeys)
    .values(times(18, (index) => ({ ...row!, id: identity.context.makeId(), credentialId: `${row!.id}-${index}` })))
  const asked = await Promise.all(times(2, () => options(client)))
  const answers = await Promise.all(asked.map((each) => register(client, createAuthenticator(HOME).create(each))))
  expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([{ code: 'LIMIT_EXCEEDED', field: null }])
  expect((await client.query(BeginRegistration)).beginPasskeyRegistration).toEqual({
    options: null,
    userErrors: [{ code: 'LIMIT_EXCEEDED' }],
  })
})

test('a passkey answers the second step of a login, once, for that login and its owner only', async () => {
  const { user, authenticator } = await withPasskey()
  const { login } = await identity.anonymous.query(Login, { input: { email: user.email, password: PASSWORD } })
  expect(login.challenge.methods).toEqual(['PASSKEY', 'EMAIL'])
  const mails = identity.mail.to(user.email).length
  await identity.runJobs()
  expect(
    identity.mail
      .to(user.email)
      .slice(mails)
      .map(({ subject }) => subject),
  ).not.toContain('Your Gigraph code')

  const { options: asked } = await mfaOptions(login.challenge.id)
  expect(asked).toMatchObject({
    allowCredentials: [{ id: authenticator.credentials[0]?.id }],
    userVerification: 'required',
  })
  // Somebody else's passkey, with and without pretending.
  const stranger = await withPasskey()
  const theirs = stranger.authenticator.get({ ...asked, allowCredentials: [] })
  expect((await verify(login.challenge.id, theirs)).userErrors).toMatchObject([
    { code: 'INVALID_CODE', field: ['input', 'passkey'] },
  ])
  // The answer for another login.
  const other = await identity.challenge(user)
  const { options: askedThere } = await mfaOptions(other)
  expect((await verify(login.challenge.id, authenticator.get(askedThere))).userErrors).toMatchObject([
    { code: 'INVALID_CODE' },
  ])
  // The answer of a login without password is none for the second step, and the other way round.
  expect((await verify(login.challenge.id, authenticator.get(await loginOptions()))).userErrors).toMatchObject([
    { code: 'INVALID_CODE' },
  ])
  const { options: fresh } = await mfaOptions(login.challenge.id)
  expect(await finish(authenticator.get(fresh))).toEqual(refused)

  const { options: last } = await mfaOptions(login.challenge.id)
  const answer = authenticator.get(last)
  const answers = await Promise.all(times(10, () => verify(login.challenge.id, answer)))
  expect(answers.filter(({ tokens }) => tokens)).toHaveLength(1)
})

test.each([{ origin: 'https://evil.example' }, { rpId: 'evil.example' }, { userVerified: false }, { counter: 0 }])(
  'a second factor with %o counts as a wrong one; five end the login',
  async (mischief) => {
    const { user, authenticator } = await withPasskey()
    const challengeId = await identity.challenge(user)
    for (const left of [4, 3, 2, 1, 0]) {
      const { options: asked } = await mfaOptions(challengeId)
      const { userErrors } = await verify(challengeId, authenticator.get(asked, mischief))
      expect(userErrors).toMatchObject([
        { code: 'INVALID_CODE', message: left > 0 ? expect.stringContaining(`${left} more`) : expect.any(String) },
      ])
    }
    expect((await mfaOptions(challengeId)).userErrors).toEqual([{ code: 'LIMIT_EXCEEDED' }])
  },
)

test('a login without passkey has none to ask for, and unknown logins neither', async () => {
  const user = await identity.createUser()
  expect(await mfaOptions(await identity.challenge(user))).toEqual({
    options: null,
    userErrors: [{ code: 'NOT_AVAILABLE' }],
  })
  expect((await mfaOptions(identity.context.makeId())).userErrors).toEqual([{ code: 'EXPIRED' }])
  expect((await mfaOptions('x')).userErrors).toEqual([{ code: 'VALIDATION' }])
})

test('a suspended account does not open', async () => {
  const { user, authenticator } = await withPasskey()
  await identity.context.db.update(users).set({ suspendedAt: identity.clock.now() }).where(eq(users.id, user.id))
  expect(await finish(authenticator.get(await loginOptions()))).toEqual({
    tokens: null,
    userErrors: [{ code: 'NOT_ALLOWED' }],
  })
})

test('one renames and removes one’s own passkeys only; a removed one is dead', async () => {
  const { user, client, authenticator, passkey } = await withPasskey()
  const stranger = await identity.createLogin()
  for (const id of [passkey.id, 'x', identity.context.makeId()])
    for (const document of [Rename, Remove])
      expect(
        (await stranger.client.run(document, { id, ...(document === Rename && { name: 'mine' }) })).errors,
      ).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
  expect((await client.query(Rename, { id: passkey.id, name: ' Old phone ' })).renamePasskey).toEqual({
    passkey: { name: 'Old phone' },
    userErrors: [],
  })
  expect((await client.query(Rename, { id: passkey.id, name: '<b>' })).renamePasskey.userErrors).toEqual([
    { code: 'VALIDATION', field: ['input', 'name'] },
  ])
  expect((await client.query(Remove, { id: passkey.id })).removePasskey).toEqual({
    mfa: { methods: ['EMAIL'] },
    userErrors: [],
  })
  await identity.runJobs()
  expect(identity.mail.newest(user.email, 'A passkey was removed').text).toContain(user.displayName)
  expect(await finish(authenticator.get(await loginOptions()))).toEqual(refused)
})

test('one second factor stays, whichever are taken away at once; recovery codes stand in for a passkey too', async () => {
  const { client, passkey } = await withPasskey()
  const { regenerateRecoveryCodes } = await client.query('mutation { regenerateRecoveryCodes { recoveryCodes } }')
  expect(regenerateRecoveryCodes.recoveryCodes).toHaveLength(10)
  expect((await client.query(List)).viewer.mfa.methods).toEqual(['PASSKEY', 'EMAIL', 'RECOVERY_CODE'])
  await Promise.all([client.query(SetEmail, { enabled: false }), client.query(Remove, { id: passkey.id })])
  const { methods } = (await client.query(List)).viewer.mfa
  expect(methods.filter((method: string) => method !== 'RECOVERY_CODE')).toHaveLength(1)

  const only = await withPasskey()
  expect((await only.client.query(SetEmail, { enabled: false })).setEmailMfa.userErrors).toEqual([])
  expect((await only.client.query(Remove, { id: only.passkey.id })).removePasskey).toEqual({
    mfa: null,
    userErrors: [{ code: 'INVALID_STATE', allowed: ['setEmailMfa'] }],
  })
})

test('adding and removing need a fresh login, in person; nobody else sees them', async () => {
  const { client, viewer, passkey } = await withPasskey()
  const key = identity.as({ ...viewer, kind: 'api_key' })
  const changes: [string, Record<string, unknown>][] = [
    [BeginRegistration, {}],
    [FinishRegistration, { input: { response: {} } }],
    [Remove, { id: passkey.id }],
  ]
  for (const [document, variables] of [...changes, [List, {}] as const])
    expect((await key.run(document, variables)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  identity.clock.advance('16m')
  for (const [document, variables] of changes) {
    expect((await client.run(document, variables)).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN', reason: 'FRESH_LOGIN_REQUIRED' } },
    ])
    expect((await identity.anonymous.run(document, variables)).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ])
  }
})
