import { createClient } from 'graphql-ws'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type Caller, importAssertionKey, signAssertion, VIEWER_HEADER } from '../src/auth/index.ts'
import { createLogger } from '../src/logging/index.ts'
import { type RunningService, startService } from '../src/service/index.ts'
import { createCall, httpProcedures } from '../src/service/procedure.ts'
import { createTestDatabase, person, type TestDatabase } from '../src/testing/index.ts'
import { findNote, noteService } from './note-service/src/index.ts'

const SERVICE_SECRET = 'a secret of the tests, of no worth elsewhere'
const NEXT_SECRET = 'the secret after that one, of no worth elsewhere'
const keyPair = async () => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  return { private: await importAssertionKey(await exportJWK(privateKey)), public: await exportJWK(publicKey) }
}

let service: RunningService
let database: TestDatabase
let gateway: { private: CryptoKey; public: JWK }
let next: { private: CryptoKey; public: JWK }
const caller: Caller = { viewer: person('CLIENT'), address: '203.0.113.7', userAgent: 'test' }

beforeAll(async () => {
  ;[gateway, next] = await Promise.all([keyPair(), keyPair()])
  database = await createTestDatabase(noteService)
  service = (await startService(noteService, {
    environment: {
      DATABASE_URL: database.url,
      MIGRATION_DATABASE_URL: database.ownerUrl,
      JOBS_DATABASE_URL: database.url,
      VIEWER_ASSERTION_PUBLIC_KEY: JSON.stringify(gateway.public),
      VIEWER_ASSERTION_SECOND_KEY: JSON.stringify(next.public),
      SERVICE_SECRET,
      SERVICE_SECOND_SECRET: NEXT_SECRET,
    },
    log: createLogger({ name: 'notes', level: 'fatal' }),
    background: false,
  })) as unknown as RunningService
})
afterAll(async () => {
  await service.close()
  await database.drop()
})

const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
const assertion = async () => ({ [VIEWER_HEADER]: await signAssertion(gateway.private, 'notes', caller) })

describe('a service over HTTP', () => {
  test('answers the gateway for the viewer that it asserts', async () => {
    const query = 'mutation { writeNote(input: { body: "over HTTP" }) { note { author { id } } } }'
    const response = await post({ query }, await assertion())
    expect(await response.json()).toEqual({ data: { writeNote: { note: { author: { id: caller.viewer?.id } } } } })
  })

  test('answers nobody else: no assertion, a forged one, one for another service, an expired one', async () => {
    const forger = await keyPair()
    const expired = await new SignJWT({ caller })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'gigraph-viewer+jwt' })
      .setIssuer('gateway')
      .setAudience('notes')
      .setExpirationTime(new Date(Date.now() - 60_000))
      .sign(gateway.private)
    for (const token of [
      undefined,
      'nonsense',
      await signAssertion(forger.private, 'notes', caller),
      await signAssertion(gateway.private, 'orders', caller),
      expired,
    ]) {
      const response = await post({ query: '{ __typename }' }, token ? { [VIEWER_HEADER]: token } : {})
      expect(response.status).toBe(401)
      expect(await response.json()).toMatchObject({ code: 'UNAUTHENTICATED' })
    }
  })

  test('answers a gateway that has its next key already, as long as the service is told of it', async () => {
    const early = { [VIEWER_HEADER]: await signAssertion(next.private, 'notes', caller) }
    expect(await (await post({ query: '{ __typename }' }, early)).json()).toEqual({ data: { __typename: 'Query' } })
  })

  test('refuses what is no operation, and keeps its secrets', async () => {
    expect((await post({ nothing: true }, await assertion())).status).toBe(400)
    const broken = await post({ query: '{ broken }' }, await assertion())
    expect(await broken.text()).not.toContain('secrets')
  })

  test('procedures answer other services, not strangers', async () => {
    const written = await service.execute({
      query: 'mutation { writeNote(input: { body: "asked for" }) { note { id } } }',
      caller,
      requestId: 'test',
    })
    const { id } = (written.data as { writeNote: { note: { id: string } } }).writeNote.note
    const ask = (secret: string) =>
      createCall(httpProcedures({ from: 'orders', secret, urls: { notes: service.url } }), 'test')(findNote, { id })
    expect(await ask(SERVICE_SECRET)).toEqual({ body: 'asked for' })
    // Secrets are changed one service after the other.
    expect(await ask(NEXT_SECRET)).toEqual({ body: 'asked for' })
    await expect(ask('another secret, just as long as the real one')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    const call = createCall(
      httpProcedures({ from: 'orders', secret: SERVICE_SECRET, urls: { notes: service.url } }),
      'test',
    )
    await expect(call(findNote, { id: '0197c0de-0000-7000-8000-000000000000' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  test('a peer that does not answer is SERVICE_UNAVAILABLE within the deadline', async () => {
    const call = createCall(
      httpProcedures({ from: 'orders', secret: SERVICE_SECRET, urls: { notes: 'http://127.0.0.1:1' } }),
      'test',
    )
    await expect(call(findNote, { id: '0197c0de-0000-7000-8000-000000000000' })).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    })
  })

  test('health and metrics', async () => {
    expect(await (await fetch(`${service.url}/health/live`)).json()).toEqual({ status: 'ok' })
    expect(await (await fetch(`${service.url}/health/ready`)).json()).toEqual({ status: 'ok' })
    expect(await (await fetch(`${service.url}/metrics`)).text()).toContain('gigraph_service_operation_seconds_count')
  })

  test('subscriptions carry an assertion each', async () => {
    const socket = createClient({ url: `${service.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket })
    const query = 'subscription { noteWritten { body } }'
    const refused = socket.iterate({ query })
    await expect(refused.next()).rejects.toBeDefined()
    const unknown = socket.iterate({ query: 'subscription { nothing }', extensions: { headers: await assertion() } })
    expect((await unknown.next()).value).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
    const stream = socket.iterate({ query, extensions: { headers: await assertion() } })
    const next = stream.next()
    await expect
      .poll(async () => {
        await post(
          { query: 'mutation { writeNote(input: { body: "live" }) { userErrors { code } } }' },
          await assertion(),
        )
        return Promise.race([next, Promise.resolve(null)])
      })
      .toMatchObject({ value: { data: { noteWritten: { body: 'live' } } } })
    await stream.return?.()
    await socket.dispose()
  })
})
