import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createGateway } from '@gigraph/gateway'
import { createLogger } from '@gigraph/shared/logging'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { type Graph, post, SUPERGRAPH, startGraph } from './start-graph.ts'
import { PASSWORD, times } from './start-identity.ts'

const execute = promisify(execFile)
let graph: Graph
beforeAll(async () => {
  graph = await startGraph()
})
afterAll(() => graph.close())
afterEach(() => {
  vi.useRealTimers()
})

const Login = 'mutation ($input: LoginInput!) { login(input: $input) { challenge { id } userErrors { code } } }'
const VerifyMfa =
  'mutation ($input: VerifyMfaInput!) { verifyMfa(input: $input) { tokens { accessToken refreshToken } userErrors { code } } }'
const Refresh =
  'mutation ($t: String!) { refreshSession(input: { refreshToken: $t }) { tokens { accessToken refreshToken } userErrors { code } } }'
const Me = '{ viewer { id } }'

interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
}

const url = () => graph.gateways.http.url
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const logIn = async (email: string): Promise<Tokens> => {
  const { body } = await post(url(), { query: Login, variables: { input: { email, password: PASSWORD } } })
  await graph.runJobs()
  const input = { challengeId: body.data.login.challenge.id, code: graph.mail.code(email) }
  return (await post(url(), { query: VerifyMfa, variables: { input } })).body.data.verifyMfa.tokens
}
const claimsOf = (token: string): { exp: number; iat: number; roles: string[] } =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
const kidOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid

/** A client that keeps asking, and renews its tokens a minute before they end, as front ends do. */
const keepAsking = (start: Tokens) => {
  let tokens = start
  const kids = new Set([kidOf(start.accessToken)])
  const failures: unknown[] = []
  let asked = 0
  let going = true
  const run = async () => {
    while (going) {
      if (claimsOf(tokens.accessToken).exp * 1_000 - Date.now() < 60_000) {
        const { body } = await post(url(), { query: Refresh, variables: { t: tokens.refreshToken } })
        if (!body.data?.refreshSession.tokens) failures.push(body)
        else tokens = body.data.refreshSession.tokens
        kids.add(kidOf(tokens.accessToken))
      }
      const { status, body } = await post(url(), { query: Me }, bearer(tokens.accessToken))
      asked += 1
      if (status !== 200 || !body.data?.viewer) failures.push({ status, body })
    }
  }
  const running = run()
  return {
    failures,
    kids,
    asked: () => asked,
    stop: async () => {
      going = false
      await running
    },
  }
}

test('keys are rotated under load without a failed request, and a removed key is no longer published', {
  timeout: 120_000,
}, async () => {
  const users = await Promise.all(times(4, () => graph.createUser()))
  const clients: ReturnType<typeof keepAsking>[] = []
  for (const { email } of users) clients.push(keepAsking(await logIn(email)))
  const command = fileURLToPath(new URL('../src/commands/rotate-keys.ts', import.meta.url))
  const { stdout } = await execute(process.execPath, [command], { env: graph.environment, timeout: 60_000 })
  const [, newKid = ''] = /The new key ([\w-]{43}) signs/.exec(stdout) ?? []

  // An hour in steps of half a minute, in which the clients go on: the new key signs after ten minutes, the old one goes after forty.
  vi.useFakeTimers({ toFake: ['Date'] })
  for (let step = 0; step < 100; step += 1) {
    vi.setSystemTime(Date.now() + 30_000)
    const before = clients.map(({ asked }) => asked())
    await vi.waitFor(() => {
      for (const [index, client] of clients.entries()) expect(client.asked()).toBeGreaterThan((before[index] ?? 0) + 1)
    }, 20_000)
  }
  for (const client of clients) await client.stop()
  expect(clients.flatMap(({ failures }) => failures)).toEqual([])
  for (const { kids } of clients) expect([...kids].at(-1)).toBe(newKid)
  const response = await fetch(`${graph.service.url}/.well-known/jwks.json`)
  const { keys } = (await response.json()) as { keys: { kid: string }[] }
  expect(keys.map(({ kid }) => kid)).toEqual([newKid])
})

test('a key that is removed opens nothing ten minutes later, also through a gateway that saw its tokens', async () => {
  const { email } = await graph.createUser()
  const tokens = await logIn(email)
  expect((await post(url(), { query: Me }, bearer(tokens.accessToken))).status).toBe(200)
  await graph.context.keys.rotate({ compromised: true })
  vi.useFakeTimers({ toFake: ['Date'] })
  // The token itself ends after ten minutes; the key is gone for those who ask for the keys anew, at the latest after five.
  vi.setSystemTime(Date.now() + 301_000)
  const fresh = await createGateway({
    supergraph: { file: SUPERGRAPH },
    services: { identity: { local: graph.service } },
    port: 0,
    auth: { jwks: `${graph.service.url}/.well-known/jwks.json`, issuer: 'https://gigraph.test', audience: 'gigraph' },
    log: createLogger({ name: 'gateway', level: 'silent' }),
  })
  onTestFinished(() => fresh.close())
  expect((await post(fresh.url, { query: Me }, bearer(tokens.accessToken))).status).toBe(401)
  vi.setSystemTime(Date.now() + 300_000)
  expect((await post(url(), { query: Me }, bearer(tokens.accessToken))).status).toBe(401)
  const { body } = await post(url(), { query: Refresh, variables: { t: tokens.refreshToken } })
  expect((await post(fresh.url, { query: Me }, bearer(body.data.refreshSession.tokens.accessToken))).status).toBe(200)
})

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
const openSocket = async (token: string): Promise<Promise<number>> => {
  const socket = new WebSocket(url().replace('http', 'ws'), 'graphql-transport-ws')
  const closed = new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)))
  const acknowledged = new Promise<void>((resolve) => socket.addEventListener('message', () => resolve()))
  socket.addEventListener('open', () =>
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })),
  )
  await acknowledged
  // In a list, or awaiting this function would wait for the end of the socket.
  return [closed] as never
}

test.each(['logout', 'suspension', 'change of password', 'revocation', 'logout everywhere'])(
  'after a %s the token is refused and its socket closed within five seconds',
  async (how) => {
    const staff = await graph.createUser({ roles: ['ADMIN'] })
    const user = await graph.createUser()
    const admin = await logIn(staff.email)
    const mine = await logIn(user.email)
    const other = await logIn(user.email)
    const [closed] = (await openSocket(mine.accessToken)) as unknown as [Promise<number>]
    const { sid } = claimsOf(mine.accessToken) as unknown as { sid: string }
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
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(exp * 1_000 + 6_000)
  expect((await post(url(), { query: Me }, bearer(tokens.accessToken))).status).toBe(401)
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
