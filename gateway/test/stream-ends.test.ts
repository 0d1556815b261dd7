import { once } from 'node:events'
import { request } from 'node:http'
import { importJWK } from 'jose'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Revocation } from '../src/index.ts'
import { eventually, startGateway, type TestGateway } from './start-gateway.ts'
import { AUDIENCE, createKey, createToken, ISSUER } from './tokens.ts'

const ACCEPTS = ['text/event-stream', 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0, application/json']

/** A key of 10 kB: so large is every event. */
const LONG = 'k'.repeat(10_000)

const startWithAccounts = async () => {
  const key = await createKey('key-1')
  const publicKey = await importJWK(key.publicJwk, key.alg)
  const listeners: ((revocation: Revocation) => void)[] = []
  const gateway = await startGateway({
    auth: {
      jwks: async () => publicKey as CryptoKey,
      issuer: ISSUER,
      audience: AUDIENCE,
      onRevoked: (listener) => {
        listeners.push(listener)
        return () => {}
      },
    },
  })
  const revoke = (revocation: Revocation) => {
    for (const listener of listeners) listener(revocation)
  }
  return { gateway, key, revoke }
}

/** Resolves when the stream has begun; `ended` when it is over, in whatever way. */
const open = async (gateway: TestGateway, accept: string, authorization: string) => {
  const response = await gateway.post({ query: 'subscription { numbers }' }, { accept, authorization })
  expect(response.status).toBe(200)
  const state = { isOver: false }
  const ended = response.text().then(
    () => (state.isOver = true),
    () => (state.isOver = true),
  )
  return { state, ended }
}

describe('streams over HTTP', () => {
  it('end with the session, and only those, and within 5 s of the token’s end', async () => {
    const { gateway, key, revoke } = await startWithAccounts()
    const openAll = async (claims: { readonly sid: string; readonly exp?: number }) => {
      const authorization = `Bearer ${await createToken(key, { claims })}`
      return Promise.all(ACCEPTS.map((accept) => open(gateway, accept, authorization)))
    }
    const exp = Math.floor(Date.now() / 1000) + 2
    const expiring = await openAll({ sid: 'session-0', exp })
    const revoked = await openAll({ sid: 'session-1' })
    const others = await openAll({ sid: 'session-2' })
    await eventually(() => expect(gateway.observed.events.listeners).toBe(6))
    revoke({ sessionId: 'session-1' })
    await Promise.all([...revoked, ...expiring].map(({ ended }) => ended))
    expect(Date.now() - exp * 1000).toBeLessThan(5_000)
    await eventually(() => expect(gateway.observed.events.listeners).toBe(2))
    expect(others.map(({ state }) => state.isOver)).toEqual([false, false])
  })

  it('of one caller are so many, and a mutation in one ends though its client has gone', async () => {
    const gateway = await startGateway({ limits: { maxSocketsPerAddress: 2 } })
    const leaving = new AbortController()
    const ask = (query: string, accept: string | undefined, signal: AbortSignal) =>
      fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: accept ?? '' },
        body: JSON.stringify({ query }),
        signal,
      })
    for (const accept of ACCEPTS)
      expect((await ask('subscription { numbers }', accept, leaving.signal)).status).toBe(200)
    for (const accept of ACCEPTS) {
      const refused = await gateway.post({ query: 'subscription { numbers }' }, { accept })
      expect(refused.status).toBe(429)
      expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'TOO_MANY_OPERATIONS' } }] })
    }
    const mutation = ask('mutation { linger }', ACCEPTS[0], leaving.signal).catch(() => null)
    await eventually(() => expect(gateway.observed.waiting).toBe(1))
    leaving.abort()
    await mutation
    await eventually(() => expect(gateway.observed.events.listeners).toBe(0))
    gateway.observed.release()
    await eventually(async () => {
      const { data } = await gateway.query('mutation { increment(by: 0) }')
      expect(data).toEqual({ increment: 100 })
    })
    expect((await open(gateway, ACCEPTS[0] ?? '', '')).state.isOver).toBe(false)
  })

  it.each(ACCEPTS)('of %s are cut off from a reader who stops reading', async (accept) => {
    const gateway = await startGateway()
    const body = JSON.stringify({ query: `subscription { ${LONG}: numbers }` })
    const call = request(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json', accept } })
    // Nobody reads the answer.
    const answered = once(call, 'response')
    onTestFinished(() => void call.destroy())
    call.end(body)
    await answered
    await eventually(() => expect(gateway.observed.events.listeners).toBe(1))
    const before = process.memoryUsage().arrayBuffers
    for (let count = 0; count < 2_000; count++) gateway.observed.events.emit(count)
    await eventually(() => expect(gateway.observed.events.listeners).toBe(0))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1_048_576)
  })
})
