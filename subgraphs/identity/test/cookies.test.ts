import { CookieJar } from 'tough-cookie'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAuthenticator } from './software-authenticator.ts'
import { type Answer, APP, type Graph, post, startGraph } from './start-graph.ts'
import { PASSWORD, times } from './start-identity.ts'

let graph: Graph
beforeAll(async () => {
  graph = await startGraph()
})
afterAll(() => graph.close())

const Login = /* GraphQL */ `mutation ($input: LoginInput!) { login(input: $input) { challenge { id } tokens { accessToken refreshToken } userErrors { code } } }`
const VerifyMfa = /* GraphQL */ `mutation ($input: VerifyMfaInput!) { verifyMfa(input: $input) {
  tokens { accessToken refreshToken refreshTokenExpiresAt } deviceToken userErrors { code } } }`
const Refresh = 'mutation { refreshSession { tokens { accessToken refreshToken } userErrors { code } } }'
const Logout = 'mutation { logout { loggedOut } }'
const Me = '{ viewer { id } }'

/** A page in a browser: its origin, and the cookies that the browser keeps for the gateway's host. */
const openPage = (gatewayUrl: string, origin = new URL(gatewayUrl).origin) => {
  const jar = new CookieJar(undefined, { prefixSecurity: 'strict', allowSecureOnLocal: true })
  let accessToken: string | null = null
  const ask = async (
    query: string,
    variables: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const sameSiteContext = 'strict'
    const answer = await post(
      gatewayUrl,
      { query, variables },
      {
        origin,
        'x-gigraph-session': 'cookie',
        cookie: await jar.getCookieString(gatewayUrl, { sameSiteContext }),
        ...(accessToken !== null && { authorization: `Bearer ${accessToken}` }),
        ...headers,
      },
    )
    for (const cookie of answer.headers.getSetCookie()) await jar.setCookie(cookie, gatewayUrl, { sameSiteContext })
    return answer
  }
  return {
    jar,
    ask,
    cookies: async () => Object.fromEntries((await jar.getCookies(gatewayUrl)).map(({ key, value }) => [key, value])),
    /** Login up to the tokens, with the mailed code. */
    logIn: async (user: { email: string }, more: Record<string, unknown> = {}) => {
      const { body } = await ask(Login, { input: { email: user.email, password: PASSWORD } })
      await graph.runJobs()
      const input = { challengeId: body.data.login.challenge.id, code: graph.mail.code(user.email), ...more }
      const answer = await ask(VerifyMfa, { input })
      accessToken = answer.body.data.verifyMfa.tokens.accessToken
      return answer
    },
    use: (token: string | null) => {
      accessToken = token
    },
  }
}

const SESSION = '__Host-gigraph-session'
const DEVICE = '__Host-gigraph-device'

describe.each(['local', 'http'] as const)('through the gateway, %s', (transport) => {
  const url = () => graph.gateways[transport].url

  test('a page logs in, refreshes and logs out without ever holding a refresh token', async () => {
    const user = await graph.createUser()
    const page = openPage(url())
    const { headers, body } = await page.logIn(user)
    expect(body.data.verifyMfa).toMatchObject({ tokens: { refreshToken: null }, deviceToken: null, userErrors: [] })
    const [cookie = ''] = headers.getSetCookie()
    expect(cookie).toMatch(
      /^__Host-gigraph-session=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    )
    const seconds = Number(/Max-Age=(\d+)/.exec(cookie)?.[1])
    expect(Math.abs(seconds - 30 * 86_400)).toBeLessThan(60)
    expect(headers.get('cache-control')).toBe('no-store')
    const first = (await page.cookies())[SESSION]

    // As after a reload: the page has nothing but the cookie.
    page.use(null)
    const refreshed = await page.ask(Refresh)
    expect(refreshed.body.data.refreshSession).toEqual({
      tokens: { accessToken: expect.any(String), refreshToken: null },
      userErrors: [],
    })
    expect((await page.cookies())[SESSION]).not.toBe(first)
    page.use(refreshed.body.data.refreshSession.tokens.accessToken)
    expect((await page.ask(Me)).body.data).toEqual({ viewer: { id: user.id } })

    page.use(null)
    expect((await page.ask(Logout)).body.data).toEqual({ logout: { loggedOut: true } })
    expect(await page.cookies()).toEqual({})
    const over = await page.ask(Refresh)
    expect(over.body.data.refreshSession).toEqual({ tokens: null, userErrors: [{ code: 'EXPIRED' }] })
    expect((await page.ask(Logout)).body.data).toEqual({ logout: { loggedOut: true } })
  })

  test('a trusted device is a cookie of its own; logging out everywhere forgets both', async () => {
    const user = await graph.createUser()
    const page = openPage(url())
    const { body } = await page.logIn(user, { trustDevice: true })
    expect(body.data.verifyMfa.deviceToken).toBeNull()
    expect(Object.keys(await page.cookies()).sort()).toEqual([DEVICE, SESSION])
    const again = await page.ask(Login, { input: { email: user.email, password: PASSWORD } })
    expect(again.body.data.login).toMatchObject({ challenge: null, tokens: { refreshToken: null }, userErrors: [] })
    await page.ask('mutation { logoutEverywhere { endedSessions } }')
    expect(await page.cookies()).toEqual({})
  })

  test('a passkey logs in to a cookie too', async () => {
    const user = await graph.createUser()
    const page = openPage(url())
    await page.logIn(user)
    const authenticator = createAuthenticator('https://gigraph.test')
    const begun = await page.ask('mutation { beginPasskeyRegistration { options } }')
    await page.ask(
      'mutation ($response: JSONObject!) { finishPasskeyRegistration(input: { response: $response }) { passkey { id } } }',
      { response: authenticator.create(begun.body.data.beginPasskeyRegistration.options) },
    )
    const other = openPage(url())
    const asked = await other.ask('mutation { beginPasskeyLogin { options } }')
    const { body } = await other.ask(
      'mutation ($response: JSONObject!) { finishPasskeyLogin(input: { response: $response }) { tokens { refreshToken } userErrors { code } } }',
      { response: authenticator.get(asked.body.data.beginPasskeyLogin.options) },
    )
    expect(body.data.finishPasskeyLogin).toEqual({ tokens: { refreshToken: null }, userErrors: [] })
    expect(Object.keys(await other.cookies())).toEqual([SESSION])
  })

  test('twenty tabs that refresh at once keep one session', async () => {
    const page = openPage(url())
    await page.logIn(await graph.createUser())
    page.use(null)
    const answers = await Promise.all(times(20, () => page.ask(Refresh)))
    expect(answers.flatMap(({ body }) => body.data.refreshSession.userErrors)).toEqual([])
    expect(
      new Set(answers.flatMap(({ headers }) => headers.getSetCookie().map((cookie) => cookie.split(';')[0]))).size,
    ).toBe(1)
    expect((await page.ask(Refresh)).body.data.refreshSession.userErrors).toEqual([])
  })

  test('pages of other sites, and who is no page, are refused before anything happens', async () => {
    const page = openPage(url())
    await page.logIn(await graph.createUser())
    page.use(null)
    const cookies = await page.cookies()
    for (const origin of ['https://evil.example', 'null', `${APP}.evil.example`, 'http://app.gigraph.test', '']) {
      const answer = await page.ask(Refresh, {}, { origin })
      expect(answer.status, origin).toBe(403)
      expect(answer.body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
      expect(answer.headers.getSetCookie()).toEqual([])
    }
    expect(await page.cookies()).toEqual(cookies)
    expect((await page.ask(Refresh, {}, { origin: APP })).body.data.refreshSession.userErrors).toEqual([])
  })

  test('without the header the cookie does not exist: what a form or a link of another site could send does nothing', async () => {
    const page = openPage(url())
    const user = await graph.createUser()
    await page.logIn(user)
    page.use(null)
    const cookie = Object.entries(await page.cookies())
      .map(([name, value]) => `${name}=${value}`)
      .join('; ')
    const bare = await post(url(), { query: Refresh }, { cookie, origin: APP })
    expect(bare.body.data.refreshSession).toEqual({ tokens: null, userErrors: [{ code: 'EXPIRED' }] })
    expect(bare.headers.getSetCookie()).toEqual([])
    const nobody = await post(url(), { query: Logout }, { cookie, origin: APP })
    expect(nobody.body.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const form = await fetch(url(), {
        method: 'POST',
        headers: { 'content-type': type, cookie, origin: 'https://evil.example' },
        body: JSON.stringify({ query: Refresh }),
      })
      expect(form.status, type).toBeGreaterThanOrEqual(400)
    }
    const link = await fetch(`${url()}?query=${encodeURIComponent(Logout)}`, {
      headers: {
        cookie,
        'x-gigraph-session': 'cookie',
        origin: new URL(url()).origin,
        'apollo-require-preflight': '1',
      },
    })
    expect(link.status).toBe(403)
    // The cookie is no login: it makes nobody a viewer.
    expect((await page.ask(Me)).body.data).toEqual({ viewer: null })
    expect((await page.ask(Refresh)).body.data.refreshSession.userErrors).toEqual([])
  })

  test('whoever asks for no cookie gets the token in the answer', async () => {
    const user = await graph.createUser()
    const { body } = await post(url(), {
      query: Login,
      variables: { input: { email: user.email, password: PASSWORD } },
    })
    await graph.runJobs()
    const input = { challengeId: body.data.login.challenge.id, code: graph.mail.code(user.email) }
    const answer = await post(url(), { query: VerifyMfa, variables: { input } })
    expect(answer.body.data.verifyMfa.tokens.refreshToken).toMatch(/^[\w-]{43}$/)
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  test('browsers are told that pages of our origins may send cookies, and only those', async () => {
    const preflight = (origin: string) =>
      fetch(url(), {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,x-gigraph-session',
        },
      })
    const ours = await preflight(APP)
    expect(ours.headers.get('access-control-allow-origin')).toBe(APP)
    expect(ours.headers.get('access-control-allow-credentials')).toBe('true')
    expect(ours.headers.get('access-control-allow-headers')).toContain('x-gigraph-session')
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull()
  })
})

test('a client’s own header of cookies is dropped, and a service takes it from the gateway only', async () => {
  const user = await graph.createUser()
  const page = openPage(graph.gateways.http.url)
  await page.logIn(user)
  page.use(null)
  const token = (await page.cookies())[SESSION] ?? ''
  const forged = { 'x-gigraph-cookies': JSON.stringify({ session: token }) }
  const answer = await post(graph.gateways.http.url, { query: Refresh }, { origin: APP, ...forged })
  expect(answer.body.data.refreshSession).toEqual({ tokens: null, userErrors: [{ code: 'EXPIRED' }] })
  const direct = await fetch(`${graph.service.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...forged },
    body: JSON.stringify({ query: Refresh }),
  })
  expect(direct.status).toBe(401)
  expect((await page.ask(Refresh)).body.data.refreshSession.userErrors).toEqual([])
})
