import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deadSessions, revokedSince } from '../src/internal.ts'
import { refreshTokens } from '../src/tables.ts'
import { type Identity, startIdentity, times, viewerOf } from './start-identity.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.close())

const Refresh = /* GraphQL */ `mutation ($refreshToken: String!) { refreshSession(input: { refreshToken: $refreshToken }) {
  tokens { accessToken refreshToken } userErrors { code field } } }`
const Revoke = /* GraphQL */ `mutation ($sessionId: ID!) { revokeSession(input: { sessionId: $sessionId }) { session { id } userErrors { code } } }`
const LogoutEverywhere = /* GraphQL */ `mutation ($input: LogoutEverywhereInput) { logoutEverywhere(input: $input) { endedSessions userErrors { code } } }`
const refresh = async (refreshToken: string) =>
  (await identity.anonymous.query(Refresh, { refreshToken })).refreshSession
const over = { tokens: null, userErrors: [{ code: 'EXPIRED', field: ['input', 'refreshToken'] }] }
const dead = async (...sessionIds: string[]) =>
  ((await identity.service.procedure(deadSessions.name, { sessionIds }, 'test')) as { dead: string[] }).dead

test('a refresh token has 256 bits, is stored hashed and rotates', async () => {
  const { refreshToken, viewer } = await identity.createLogin()
  expect(Buffer.from(refreshToken, 'base64url')).toHaveLength(32)
  await refresh(refreshToken)
  const rows = await identity.context.db
    .select()
    .from(refreshTokens)
    .where(eq(refreshTokens.sessionId, viewer.sessionId))
  expect(rows).toHaveLength(2)
  expect(JSON.stringify(rows)).not.toContain(refreshToken)
})

test('twenty parallel refreshes leave one live lineage', async () => {
  const { refreshToken, viewer } = await identity.createLogin()
  const answers = await Promise.all(times(20, () => refresh(refreshToken)))
  expect(answers.map(({ userErrors }) => userErrors)).toEqual(times(20, () => []))
  expect(new Set(answers.map(({ tokens }) => tokens.refreshToken)).size).toBe(1)
  expect(await refresh(answers[0].tokens.refreshToken)).toMatchObject({ userErrors: [] })
  expect(await dead(viewer.sessionId)).toEqual([])
})

test.each(['after the grace', 'within the grace, when its successor was used'])(
  'a second use %s ends the session',
  async (when) => {
    const { refreshToken, viewer, user } = await identity.createLogin()
    let newest = (await refresh(refreshToken)).tokens.refreshToken
    if (when === 'after the grace') identity.clock.advance('11s')
    else newest = (await refresh(newest)).tokens.refreshToken
    expect(await refresh(refreshToken)).toEqual(over)
    expect(await refresh(newest)).toEqual(over)
    expect(await dead(viewer.sessionId)).toEqual([viewer.sessionId])
    expect(await identity.outbox('session.revoked')).toContainEqual({ userId: user.id, sessionId: viewer.sessionId })
  },
)

test('a session ends after 30 idle days, and 90 days after the login whatever happens', async () => {
  const idle = await identity.createLogin()
  identity.clock.advance('30d')
  identity.clock.advance('1s')
  expect(await refresh(idle.refreshToken)).toEqual(over)
  expect(await dead(idle.viewer.sessionId)).toEqual([idle.viewer.sessionId])

  const busy = await identity.createLogin()
  let token = busy.refreshToken
  for (let day = 0; day < 75; day += 25) {
    identity.clock.advance('25d')
    token = (await refresh(token)).tokens.refreshToken
  }
  identity.clock.advance('14d')
  token = (await refresh(token)).tokens.refreshToken
  identity.clock.advance('1d')
  identity.clock.advance('1s')
  expect(await refresh(token)).toEqual(over)
})

test('unknown tokens and sessions are over', async () => {
  expect(await refresh('nonsense')).toEqual(over)
  const unknown = identity.context.makeId()
  expect(await dead(unknown)).toEqual([unknown])
})

test('one ends one’s own sessions only, and an ended session can no longer change the account', async () => {
  const { user, client, viewer } = await identity.createLogin()
  const other = await identity.logIn(user)
  const stranger = await identity.createLogin()
  const refused = await stranger.client.run(Revoke, { sessionId: viewer.sessionId })
  expect(refused.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
  expect((await client.query('{ viewer { sessions { id current } } }')).viewer.sessions).toEqual([
    { id: other.viewer.sessionId, current: false },
    { id: viewer.sessionId, current: true },
  ])
  expect((await client.query(Revoke, { sessionId: other.viewer.sessionId })).revokeSession).toEqual({
    session: { id: other.viewer.sessionId },
    userErrors: [],
  })
  expect(await refresh(other.refreshToken)).toEqual(over)
  const late = await other.client.run(Revoke, { sessionId: viewer.sessionId })
  expect(late.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  expect((await client.run(Revoke, { sessionId: 'x' })).errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
})

test('logging out everywhere ends all sessions, or all others', async () => {
  const { user, client, viewer } = await identity.createLogin()
  const others = [await identity.logIn(user), await identity.logIn(user)]
  const { logoutEverywhere } = await client.query(LogoutEverywhere, { input: { keepCurrent: true } })
  expect(logoutEverywhere).toEqual({ endedSessions: 2, userErrors: [] })
  expect(await dead(viewer.sessionId, ...others.map((each) => each.viewer.sessionId))).toEqual(
    others.map((each) => each.viewer.sessionId),
  )
  expect((await client.query(LogoutEverywhere)).logoutEverywhere).toEqual({ endedSessions: 1, userErrors: [] })
  expect(await dead(viewer.sessionId)).toEqual([viewer.sessionId])
})

test('the refresh token alone logs out, and a second time makes no difference', async () => {
  const { refreshToken, viewer } = await identity.createLogin()
  const Logout = 'mutation ($refreshToken: String) { logout(input: { refreshToken: $refreshToken }) { loggedOut } }'
  for (const token of [refreshToken, refreshToken, 'unknown'])
    expect(await identity.anonymous.query(Logout, { refreshToken: token })).toEqual({ logout: { loggedOut: true } })
  expect(await dead(viewer.sessionId)).toEqual([viewer.sessionId])
  const nobody = await identity.anonymous.run(Logout)
  expect(nobody.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
})

test('a login on another device is told to the owner, one on a known device is not', async () => {
  const { user } = await identity.createLogin()
  await identity.logIn(user)
  await identity.runJobs()
  expect(identity.mail.to(user.email).map(({ subject }) => subject)).not.toContain('Login from a new device')
  const challengeId = await identity.challenge(user)
  await identity.service.execute({
    query: `mutation { verifyMfa(input: { challengeId: "${challengeId}", code: "${identity.mail.code(user.email)}" }) { tokens { accessToken } } }`,
    caller: {
      viewer: null,
      address: '203.0.113.1',
      userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
    },
    requestId: 'test',
  })
  await identity.runJobs()
  expect(identity.mail.to(user.email).map(({ subject }) => subject)).toContain('Login from a new device')
  const { viewer } = await (await identity.logIn(user)).client.query('{ viewer { sessions { device address } } }')
  expect(viewer.sessions).toContainEqual({ device: 'Firefox on Windows', address: '203.0.113.1' })
})

test('roles are those of the moment of the refresh', async () => {
  const { client, refreshToken } = await identity.createLogin({ roles: ['CLIENT'] })
  await client.query('mutation { addRole(input: { role: FREELANCER }) { userErrors { code } } }')
  const { tokens } = await refresh(refreshToken)
  expect(viewerOf(tokens.accessToken)).toMatchObject({
    roles: ['CLIENT', 'FREELANCER'],
    scopes: expect.arrayContaining(['gigs:write']),
  })
})

test('the gateway learns of every end: logout, revoked keys, suspension, deletion', async () => {
  const revoked = async (since: Date) =>
    (await identity.service.procedure(revokedSince.name, { since: since.toISOString() }, 'test')) as {
      sessionIds: string[]
      until: string
    }
  const { client, viewer } = await identity.createLogin({ roles: ['TOOL_CREATOR'] })
  const { createApiKey } = await client.query(
    'mutation { createApiKey(input: { name: "robot", scopes: [] }) { apiKey { id } } }',
  )
  identity.clock.advance('1m')
  const since = identity.clock.now()
  expect((await revoked(since)).sessionIds).toEqual([])
  await client.query('mutation ($id: ID!) { revokeApiKey(input: { apiKeyId: $id }) { apiKey { id } } }', {
    id: createApiKey.apiKey.id,
  })
  await client.query('mutation { logout { loggedOut } }')
  const answer = await revoked(since)
  expect(answer.sessionIds.toSorted()).toEqual([viewer.sessionId, createApiKey.apiKey.id].toSorted())
  expect(new Date(answer.until).getTime()).toBeLessThan(identity.clock.now().getTime())
  identity.clock.advance('1m')
  expect((await revoked(identity.clock.now())).sessionIds).toEqual([])
  expect((await revoked(new Date(0))).sessionIds).toContain(viewer.sessionId)
})
