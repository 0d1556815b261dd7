import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium, type Page } from 'playwright-core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startGraph } from './start-graph.ts'
import { PASSWORD } from './start-identity.ts'

const CHROMIUM = '/usr/bin/chromium'
const hasChromium = existsSync(CHROMIUM)
if (!hasChromium) process.stdout.write(`skipped: no browser at ${CHROMIUM}\n`)

/** A page of nobody's, which listens on a port that was free. */
const serve = async (html: string): Promise<string> => {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const openBrowser = async () => {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu'],
  })
  onTestFinished(() => browser.close())
  return browser.newContext()
}

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape of the test's own script
type Value = any

/** Runs a script in the page. It is a text: this program's types know nothing of a browser's. */
const inPage = (page: Page, script: string, ...args: unknown[]): Promise<Value> =>
  page.evaluate(`(${script})(...${JSON.stringify(args)})`)

/** What a front end does: fetch with its cookies, and the access token if it has one. */
const ask = (page: Page, query: string, variables: object = {}, accessToken: string | null = null): Promise<Value> =>
  inPage(
    page,
    `async (query, variables, accessToken) => {
      const response = await fetch('/graphql', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-gigraph-session': 'cookie',
          ...(accessToken && { authorization: 'Bearer ' + accessToken }),
        },
        body: JSON.stringify({ query, variables }),
      })
      const { data, errors } = await response.json()
      if (errors) throw new Error(JSON.stringify(errors))
      return data
    }`,
    query,
    variables,
    accessToken,
  )

const makePasskey = (page: Page, options: unknown): Promise<object> =>
  inPage(
    page,
    `async (options) => {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
      return (await navigator.credentials.create({ publicKey })).toJSON()
    }`,
    options,
  )

const usePasskey = (page: Page, options: unknown): Promise<object> =>
  inPage(
    page,
    `async (options) => {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
      return (await navigator.credentials.get({ publicKey })).toJSON()
    }`,
    options,
  )

/** An authenticator inside Chromium, as its developer tools have one. */
const addAuthenticator = async (page: Page) => {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

describe.runIf(hasChromium)('in Chromium, on http://localhost', () => {
  test('a session lives in a cookie that scripts and other sites cannot reach; a passkey logs in', async () => {
    const port = await freePort()
    const home = `http://localhost:${port}`
    const graph = await startGraph({ port, environment: { PASSKEY_DOMAIN: 'localhost', PASSKEY_ORIGINS: home } })
    onTestFinished(() => graph.close())
    const context = await openBrowser()
    const page = await context.newPage()
    await page.goto(`${home}/graphql`)

    const user = await graph.createUser()
    const { login } = await ask(page, 'mutation ($input: LoginInput!) { login(input: $input) { challenge { id } } }', {
      input: { email: user.email, password: PASSWORD },
    })
    await graph.runJobs()
    const { verifyMfa } = await ask(
      page,
      'mutation ($input: VerifyMfaInput!) { verifyMfa(input: $input) { tokens { accessToken refreshToken } } }',
      { input: { challengeId: login.challenge.id, code: graph.mail.code(user.email) } },
    )
    expect(verifyMfa.tokens.refreshToken).toBeNull()
    expect(await context.cookies()).toMatchObject([
      {
        name: '__Host-gigraph-session',
        domain: 'localhost',
        path: '/',
        httpOnly: true,
        secure: true,
        sameSite: 'Strict',
      },
    ])
    expect(await inPage(page, '() => document.cookie')).toBe('')

    const Refresh = 'mutation { refreshSession { tokens { accessToken } userErrors { code } } }'
    await page.reload()
    const { refreshSession } = await ask(page, Refresh)
    expect(refreshSession.userErrors).toEqual([])
    const accessToken: string = refreshSession.tokens.accessToken

    await addAuthenticator(page)
    const { beginPasskeyRegistration } = await ask(
      page,
      'mutation { beginPasskeyRegistration { options userErrors { code } } }',
      {},
      accessToken,
    )
    const created = await makePasskey(page, beginPasskeyRegistration.options)
    const { finishPasskeyRegistration } = await ask(
      page,
      'mutation ($response: JSONObject!) { finishPasskeyRegistration(input: { response: $response }) { passkey { name } userErrors { code } } }',
      { response: created },
      accessToken,
    )
    expect(finishPasskeyRegistration).toEqual({ passkey: { name: 'Chrome on Linux' }, userErrors: [] })

    // A page of another site: its script may not even ask, and what its form posts carries no cookie.
    const [before] = await context.cookies()
    const other = await context.newPage()
    await other.goto(
      await serve(
        `<form method=post action="${home}/graphql" enctype="text/plain"><input name='{"query":"mutation{logout{loggedOut}}","a":"' value='"}'></form>`,
      ),
    )
    const asked = await inPage(
      other,
      `(url) => fetch(url, {
        method: 'POST',
        credentials: 'include',
        headers: { 'content-type': 'application/json', 'x-gigraph-session': 'cookie' },
        body: JSON.stringify({ query: 'mutation { logout { loggedOut } }' }),
      }).then(({ status }) => 'answered ' + status, (error) => error.name)`,
      `${home}/graphql`,
    )
    expect(asked).toBe('TypeError')
    const posted = other.waitForRequest((request) => request.isNavigationRequest() && request.method() === 'POST')
    await inPage(other, '() => document.forms[0].submit()')
    expect((await (await posted).allHeaders()).cookie).toBeUndefined()
    expect((await context.cookies())[0]?.value).toBe(before?.value)

    await ask(page, 'mutation { logout { loggedOut } }')
    expect(await context.cookies()).toEqual([])
    const { beginPasskeyLogin } = await ask(page, 'mutation { beginPasskeyLogin { options } }')
    const signed = await usePasskey(page, beginPasskeyLogin.options)
    const { finishPasskeyLogin } = await ask(
      page,
      'mutation ($response: JSONObject!) { finishPasskeyLogin(input: { response: $response }) { tokens { accessToken refreshToken } userErrors { code } } }',
      { response: signed },
    )
    expect(finishPasskeyLogin).toEqual({
      tokens: { accessToken: expect.any(String), refreshToken: null },
      userErrors: [],
    })
    const { viewer } = await ask(page, '{ viewer { id } }', {}, finishPasskeyLogin.tokens.accessToken)
    expect(viewer).toEqual({ id: user.id })
  }, 60_000)
})
