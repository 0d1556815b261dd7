import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Identity, Login, PASSWORD, startIdentity, VerifyMfa, viewerOf } from './start-identity.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.close())

const Register = /* GraphQL */ `mutation ($input: RegisterInput!) { register(input: $input) { email userErrors { code message field } } }`
const VerifyEmail = /* GraphQL */ `mutation ($token: String!) { verifyEmail(input: { token: $token }) { user { id handle } userErrors { code } } }`
const Refresh = /* GraphQL */ `mutation ($refreshToken: String!) { refreshSession(input: { refreshToken: $refreshToken }) {
  tokens { accessToken refreshToken } userErrors { code } } }`
const Me = /* GraphQL */ `{ viewer { id user { id handle displayName createdAt } scopes
  account { email emailVerified roles status locale timeZone lastLoginAt } sessions { id device address current } } }`

test.each(['CLIENT', 'FREELANCER', 'TOOL_CREATOR'])(
  'a %s registers, verifies the address, logs in, refreshes and logs out',
  async (role) => {
    const { anonymous, mail, runJobs } = identity
    const email = `${role.toLowerCase()}@example.com`
    const handle = `walk-${role.toLowerCase()}`
    const input = {
      role,
      email: email.toUpperCase(),
      password: PASSWORD,
      handle,
      displayName: 'Wanda Walker',
      acceptTerms: true,
    }
    expect((await anonymous.query(Register, { input })).register).toEqual({ email, userErrors: [] })
    expect(await identity.outbox('user.registered')).toContainEqual({
      userId: expect.any(String),
      handle,
      displayName: 'Wanda Walker',
      roles: [role],
    })

    const early = await anonymous.query(Login, { input: { email, password: PASSWORD } })
    expect(early.login.userErrors).toMatchObject([{ code: 'EMAIL_NOT_VERIFIED' }])
    await runJobs()
    expect(mail.newest(email, 'Verify your e-mail address').text).toContain('https://gigraph.test/verify-email?token=')
    const { verifyEmail } = await anonymous.query(VerifyEmail, {
      token: mail.token(email, 'Verify your e-mail address'),
    })
    expect(verifyEmail).toEqual({ user: { id: expect.any(String), handle }, userErrors: [] })
    const userId = verifyEmail.user.id
    expect(await identity.outbox('user.email_verified')).toContainEqual({ userId, roles: [role] })

    const { login } = await anonymous.query(Login, { input: { email, password: PASSWORD } })
    expect(login).toMatchObject({ challenge: { methods: ['EMAIL'] }, tokens: null, userErrors: [] })
    await runJobs()
    const { verifyMfa } = await anonymous.query(VerifyMfa, {
      input: { challengeId: login.challenge.id, code: mail.code(email) },
    })
    expect(verifyMfa).toMatchObject({ tokens: { refreshToken: expect.any(String) }, userErrors: [] })

    const client = identity.as(viewerOf(verifyMfa.tokens.accessToken))
    expect((await client.query(Me)).viewer).toMatchObject({
      id: userId,
      user: { id: userId, handle, displayName: 'Wanda Walker' },
      account: { email, emailVerified: true, roles: [role], status: 'ACTIVE', locale: 'en', timeZone: 'UTC' },
      sessions: [{ device: 'vitest', address: '127.0.0.1', current: true }],
    })

    const { refreshSession } = await anonymous.query(Refresh, { refreshToken: verifyMfa.tokens.refreshToken })
    expect(refreshSession.userErrors).toEqual([])
    expect(refreshSession.tokens.refreshToken).not.toBe(verifyMfa.tokens.refreshToken)
    expect(viewerOf(refreshSession.tokens.accessToken)).toEqual(viewerOf(verifyMfa.tokens.accessToken))
    expect(await client.query('mutation { logout { loggedOut userErrors { code } } }')).toEqual({
      logout: { loggedOut: true, userErrors: [] },
    })
    const { sessionId } = viewerOf(verifyMfa.tokens.accessToken)
    expect(await identity.outbox('session.revoked')).toContainEqual({ userId, sessionId })
    expect(await identity.outbox('user.logged_out')).toContainEqual({ userId, sessionId })
    const again = await anonymous.query(Refresh, { refreshToken: refreshSession.tokens.refreshToken })
    expect(again.refreshSession).toEqual({ tokens: null, userErrors: [{ code: 'EXPIRED' }] })
  },
)

test('an access token is what the gateway expects, signed with a published key', async () => {
  const { accessToken, user } = await identity.createLogin({ roles: ['CLIENT', 'SUPPORT'] })
  const response = await fetch(`${identity.service.url}/.well-known/jwks.json`)
  expect(response.headers.get('cache-control')).toBe('public, max-age=300')
  const keys = (await response.json()) as JSONWebKeySet
  expect(JSON.stringify(keys)).not.toContain('"d"')
  const { payload, protectedHeader } = await jwtVerify(accessToken, createLocalJWKSet(keys), {
    algorithms: ['EdDSA'],
    typ: 'at+jwt',
    issuer: 'https://gigraph.test',
    audience: 'gigraph',
    currentDate: identity.clock.now(),
  })
  expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: keys.keys[0]?.kid })
  expect(payload).toMatchObject({
    sub: user.id,
    roles: ['CLIENT', 'SUPPORT'],
    scope: expect.stringContaining('users:read'),
  })
  expect(Number(payload.exp) - Number(payload.iat)).toBeLessThanOrEqual(600)
  expect(payload.auth_time).toBe(Math.floor(identity.clock.now().getTime() / 1_000))
})

test('nobody is logged in: no viewer, public people, no accounts', async () => {
  const { handle, id, displayName } = await identity.createUser()
  const answer = await identity.anonymous.query(
    'query ($id: ID, $handle: String) { viewer { id } a: user(id: $id) { displayName } b: user(handle: $handle) { id } c: user(id: "x") { id } }',
    { id, handle: handle.toUpperCase() },
  )
  expect(answer).toEqual({ viewer: null, a: { displayName }, b: { id }, c: null })
  const account = await identity.anonymous.run('query ($id: ID) { user(id: $id) { account { email } } }', { id })
  expect(account).toMatchObject({
    data: { user: { account: null } },
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  })
})
