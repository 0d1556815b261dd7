import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGateway } from '@gigraph/gateway'
import { createLogger } from '@gigraph/shared/logging'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { type Graph, post, SUPERGRAPH, startGraph } from './start-graph.ts'
import { PASSWORD, times } from './start-identity.ts'
import { bearer, claimsOf, logInAt, Me, Refresh } from './tokens.ts'

let graph: Graph
beforeAll(async () => {
  graph = await startGraph()
})
afterAll(() => graph.close())
const url = () => graph.gateways.http.url
const logIn = (email: string) => logInAt(graph, url(), email)
test('two hundred made-up key ids make the gateway ask for the keys once', async () => {
  let asked = 0
  const keys = createServer((_, response) => {
    asked += 1
    void graph.context.keys.publicKeys().then((found) => response.end(JSON.stringify(found)))
  }).listen(0, '127.0.0.1')
  await vi.waitFor(() => expect(keys.listening).toBe(true))
  onTestFinished(() => void keys.close())
  const gateway = await createGateway({
    supergraph: { file: SUPERGRAPH },
    services: { identity: { local: graph.service } },
    port: 0,
    auth: {
      jwks: `http://127.0.0.1:${(keys.address() as AddressInfo).port}/`,
      issuer: 'https://gigraph.test',
      audience: 'gigraph',
    },
    log: createLogger({ name: 'gateway', level: 'silent' }),
  })
  onTestFinished(() => gateway.close())
  const { email } = await graph.createUser()
  const { accessToken } = await logIn(email)
  expect((await post(gateway.url, { query: Me }, bearer(accessToken))).status).toBe(200)
  const [, payload, signature] = accessToken.split('.')
  const flood = times(200, (index) => {
    const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', typ: 'at+jwt', kid: `made-up-${index}` }))
    return post(gateway.url, { query: Me }, bearer(`${header.toString('base64url')}.${payload}.${signature}`))
  })
  expect(new Set((await Promise.all(flood)).map(({ status }) => status))).toEqual(new Set([401]))
  // One for the good token. Within its cooldown of 30 s no made-up id causes another.
  expect(asked).toBe(1)
})

/** A socket with the token, open and idle. */
const openSocket = async (token: string): Promise<{ readonly closed: Promise<number> }> => {
  const socket = new WebSocket(url().replace('http', 'ws'), 'graphql-transport-ws')
  const closed = new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)))
  const acknowledged = new Promise<void>((resolve) => socket.addEventListener('message', () => resolve()))
  socket.addEventListener('open', () =>
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })),
  )
  await acknowledged
  return { closed }
}

test.each(['logout', 'suspension', 'change of password', 'revocation', 'logout everywhere'])(
  'after a %s the token is refused and its socket closed within five seconds',
  async (how) => {
    const staff = await graph.createUser({ roles: ['ADMIN'] })
    const user = await graph.createUser()
    const admin = await logIn(staff.email)
    const mine = await logIn(user.email)
    const other = await logIn(user.email)
    const { closed } = await openSocket(mine.accessToken)
    const { sid } = claimsOf(mine.accessToken)
    const acts: Record<string, [string, Record<string, unknown>, string]> = {
      logout: ['mutation { r: logout { userErrors { code } } }', {}, mine.accessToken],
      suspension: [
        'mutation ($id: ID!) { r: suspendUser(input: { userId: $id, reason: "a test" }) { userErrors { code } } }',
        { id: user.id },
        admin.accessToken,
      ],
      'change of password': [
        'mutation ($i: ChangePasswordInput!) { r: changePassword(input: $i) { userErrors { code } } }',
        { i: { currentPassword: PASSWORD, newPassword: 'seven loud herons sing' } },
        other.accessToken,
      ],
      revocation: [
        'mutation ($id: ID!) { r: revokeSession(input: { sessionId: $id }) { userErrors { code } } }',
        { id: sid },
        other.accessToken,
      ],
      'logout everywhere': ['mutation { r: logoutEverywhere { userErrors { code } } }', {}, other.accessToken],
    }
    const [query, variables, token] = acts[how] ?? ['', {}, '']
    const { body } = await post(url(), { query, variables }, bearer(token))
    expect(body.data?.r).toEqual({ userErrors: [] })
    const endedAt = Date.now()
    // Where the session itself is looked at, it is over at once.
    const account = await post(
      url(),
      { query: 'mutation { logoutEverywhere { endedSessions } }' },
      bearer(mine.accessToken),
    )
    expect(account.body.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    await vi.waitFor(
      async () => expect((await post(url(), { query: Me }, bearer(mine.accessToken))).status).toBe(401),
      { timeout: 5_000, interval: 100 },
    )
    expect(await closed).toBeGreaterThanOrEqual(4_400)
    expect(Date.now() - endedAt).toBeLessThan(6_000)
  },
)

test('a change of roles is in every token after ten minutes: none lives longer, and the next one has it', async () => {
  const staff = await graph.createUser({ roles: ['ADMIN'] })
  const user = await graph.createUser({ roles: ['CLIENT', 'SUPPORT'] })
  const admin = await logIn(staff.email)
  const tokens = await logIn(user.email)
  const { exp, iat, roles } = claimsOf(tokens.accessToken)
  expect(roles).toContain('SUPPORT')
  expect(exp - iat).toBeLessThanOrEqual(600)
  const { body } = await post(
    url(),
    {
      query:
        'mutation ($id: ID!) { setUserRoles(input: { userId: $id, roles: [CLIENT], reason: "left the team" }) { userErrors { code } } }',
      variables: { id: user.id },
    },
    bearer(admin.accessToken),
  )
  expect(body.data.setUserRoles).toEqual({ userErrors: [] })
  const next = await post(url(), { query: Refresh, variables: { t: tokens.refreshToken } })
  const { tokens: renewed } = next.body.data.refreshSession
  // Either the session goes on with the new roles, or it is over.
  expect(renewed === null ? [] : claimsOf(renewed.accessToken).roles).not.toContain('SUPPORT')
})

test('links in mails start with our own address, whatever the request says that it came to', async () => {
  const user = await graph.createUser()
  const { port } = new URL(url())
  await post(
    `http://localhost:${port}/graphql`,
    {
      query: 'mutation ($email: String!) { requestPasswordReset(input: { email: $email }) { email } }',
      variables: { email: user.email },
    },
    { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example', origin: 'https://evil.example' },
  )
  await graph.runJobs()
  const { text } = graph.mail.newest(user.email, 'Choose a new password')
  expect(text).toContain('https://gigraph.test/reset-password?token=')
  expect(text).not.toMatch(/evil|localhost/)
})
