import { createGateway } from '@gigraph/gateway'
import { createLogger } from '@gigraph/shared/logging'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { runCommand } from './run-command.ts'
import { type Graph, post, SUPERGRAPH, startGraph } from './start-graph.ts'
import { times } from './start-identity.ts'
import { bearer, claimsOf, logInAt, Me, Refresh, type Tokens } from './tokens.ts'

// Each test moves the machine's clock for everything in its graph.
let graph: Graph
beforeEach(async () => {
  graph = await startGraph()
})
afterEach(async () => {
  vi.useRealTimers()
  await graph.close()
})

// In the service's process: over HTTP the gateway's word for a caller ends within a minute, by the clock that is moved here.
const url = () => graph.gateways.local.url
const logIn = (email: string) => logInAt(graph, url(), email)
const kidOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid

/** A client that keeps asking, and renews its tokens a minute before they end, as front ends do. */
const keepAsking = (start: Tokens) => {
  let tokens = start
  const kids = new Set([kidOf(start.accessToken)])
  const failures: string[] = []
  let asked = 0
  let going = true
  const run = async () => {
    while (going) {
      if (claimsOf(tokens.accessToken).exp * 1_000 - Date.now() < 60_000) {
        const { body } = await post(url(), { query: Refresh, variables: { t: tokens.refreshToken } })
        if (!body.data?.refreshSession.tokens) failures.push(JSON.stringify(body))
        else tokens = body.data.refreshSession.tokens
        kids.add(kidOf(tokens.accessToken))
      }
      const { status, body } = await post(url(), { query: Me }, bearer(tokens.accessToken))
      asked += 1
      if (status !== 200 || !body.data?.viewer) failures.push(JSON.stringify({ status, body }))
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
  const users = await Promise.all(times(2, () => graph.createUser()))
  const clients: ReturnType<typeof keepAsking>[] = []
  for (const { email } of users) clients.push(keepAsking(await logIn(email)))
  const { NODE_COMPILE_CACHE } = process.env
  const { stdout } = await runCommand('rotate-keys', [], { ...graph.environment, NODE_COMPILE_CACHE })
  const [, newKid = ''] = /The new key ([\w-]{43}) signs/.exec(stdout) ?? []

  // Fifty minutes in steps of one, in which the clients go on: the new key signs after ten minutes, the old one goes after forty.
  vi.useFakeTimers({ toFake: ['Date'] })
  for (let step = 0; step < 50; step += 1) {
    vi.setSystemTime(Date.now() + 60_000)
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
