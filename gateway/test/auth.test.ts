import { generateKeyPairSync } from 'node:crypto'
import { type Caller, importAssertionKey, VIEWER_HEADER, type Viewer, verifyAssertion } from '@gigraph/shared/auth'
import { createLogger } from '@gigraph/shared/logging'
import { base64url, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { createAssertions } from '../src/auth/assertions.ts'
import { createAuthority } from '../src/auth/authority.ts'
import type { AuthOptions, GatewayOptions, Revocation } from '../src/index.ts'
import { startGateway } from './start-gateway.ts'
import { AUDIENCE, createKey, createToken, ISSUER, type IssuerKey, serveKeys } from './tokens.ts'

const startWithAuth = async (options: Omit<Partial<GatewayOptions>, 'auth'> & { auth?: Partial<AuthOptions> } = {}) => {
  const key = await createKey('key-1')
  const issuer = await serveKeys([key])
  const { auth, ...more } = options
  const gateway = await startGateway({
    ...more,
    auth: { jwks: issuer.url, issuer: ISSUER, audience: AUDIENCE, ...auth },
  })
  const whoami = (token: string) => gateway.post({ query: '{ whoami { id } }' }, { authorization: `Bearer ${token}` })
  return { gateway, issuer, key, whoami }
}

const nowSeconds = () => Math.floor(Date.now() / 1000)

describe('access tokens', () => {
  it('make a viewer of their claims', async () => {
    const { gateway, key } = await startWithAuth()
    const token = await createToken(key)
    const result = await gateway.query('{ whoami { id } }', {
      authorization: `Bearer ${token}`,
      'user-agent': 'tests/1',
    })
    expect(result).toEqual({ data: { whoami: { id: 'user-1' } } })
    expect(gateway.observed.callers).toEqual([
      {
        address: '127.0.0.1',
        userAgent: 'tests/1',
        viewer: {
          id: 'user-1',
          kind: 'session',
          sessionId: 'session-1',
          roles: ['BUYER'],
          scopes: ['orders:read', 'orders:write'],
          authenticatedAt: expect.closeTo(nowSeconds() - 60, -1),
        },
      } satisfies Caller,
    ])
  })

  it('are not needed: without one the caller is nobody', async () => {
    const { gateway } = await startWithAuth()
    expect(await gateway.query('{ whoami { id } }')).toEqual({ data: { whoami: null } })
    expect(gateway.observed.callers[0]?.viewer).toBeNull()
  })

  it('may be signed with ES256', async () => {
    const { issuer, whoami } = await startWithAuth()
    const key = await createKey('key-2', 'ES256')
    issuer.keys.push(key)
    expect((await whoami(await createToken(key))).status).toBe(200)
  })

  const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
  const bad: Record<string, (key: IssuerKey) => Promise<string> | string> = {
    'without a signature': () =>
      new UnsecuredJWT({ sub: 'user-1', sid: 's' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime('5m')
        .encode(),
    'with alg none in the header of a signed one': async (key) => {
      const [, payload] = (await createToken(key)).split('.')
      return `${base64url.encode(JSON.stringify({ alg: 'none', typ: 'at+jwt' }))}.${payload}.`
    },
    'signed with the public key as a shared secret': async (key) =>
      new SignJWT({ sub: 'user-1', sid: 's' })
        .setProtectedHeader({ alg: 'HS256', kid: key.kid, typ: 'at+jwt' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(Buffer.from(JSON.stringify(key.publicJwk))),
    'signed with an algorithm that is not pinned': async () => {
      const { privateKey } = rsa()
      return new SignJWT({ sub: 'user-1', sid: 's' })
        .setProtectedHeader({ alg: 'RS256', kid: 'key-1', typ: 'at+jwt' })
        .sign(privateKey)
    },
    'signed by somebody else under the same key id': async () => createToken(await createKey('key-1')),
    'signed by somebody else who brings the key': async () => {
      const foreign = await createKey('key-1')
      return createToken(foreign, { header: { jwk: foreign.publicJwk, jku: 'https://evil.test/jwks.json' } })
    },
    'with an unknown key id': async () => createToken(await createKey('key-9')),
    'for another audience': (key) => createToken(key, { claims: { aud: 'elsewhere' } }),
    'from another issuer': (key) => createToken(key, { claims: { iss: 'https://evil.test' } }),
    'of another type': (key) => createToken(key, { header: { typ: 'JWT' } }),
    'that has expired': (key) => createToken(key, { claims: { exp: nowSeconds() - 30 } }),
    'that is not valid yet': (key) => createToken(key, { claims: { nbf: nowSeconds() + 60 } }),
    'without an end': (key) => createToken(key, { claims: { exp: undefined } }),
    'without a subject': (key) => createToken(key, { claims: { sub: undefined } }),
    'without a session': (key) => createToken(key, { claims: { sid: undefined } }),
    'with a changed payload': async (key) => {
      const [header, , signature] = (await createToken(key)).split('.')
      const payload = { iss: ISSUER, aud: AUDIENCE, sub: 'admin', sid: 's', iat: nowSeconds(), exp: nowSeconds() + 600 }
      return `${header}.${base64url.encode(JSON.stringify(payload))}.${signature}`
    },
    'that is not a token': () => 'abc.def',
  }
  it.for([false, true])(
    'are refused when anything about them is wrong, after a good one: %s',
    async (isAfterGoodOne) => {
      const { gateway, key, whoami } = await startWithAuth()
      if (isAfterGoodOne) expect((await whoami(await createToken(key))).status).toBe(200)
      gateway.observed.callers.splice(0)
      for (const [name, make] of Object.entries(bad)) {
        const response = await whoami(await make(key))
        expect(response.status, name).toBe(401)
        expect(response.headers.get('www-authenticate'), name).toContain('Bearer')
        const { errors, data } = (await response.json()) as { errors: { extensions: object }[]; data?: unknown }
        expect(data, name).toBeUndefined()
        expect(errors, name).toHaveLength(1)
        expect(errors[0]?.extensions, name).toEqual({ code: 'UNAUTHENTICATED' })
        expect(gateway.observed.callers, name).toEqual([])
      }
    },
  )

  it('are refused in a header of another form', async () => {
    const { gateway } = await startWithAuth()
    for (const authorization of ['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer a b'])
      expect((await gateway.post({ query: '{ hello }' }, { authorization })).status, authorization).toBe(401)
  })

  it('with made-up key ids cause one more fetch of the keys, not one each', async () => {
    const { issuer, key, whoami } = await startWithAuth()
    expect((await whoami(await createToken(key))).status).toBe(200)
    expect(issuer.fetches).toBe(1)
    const foreign = await createKey('x')
    const tokens = await Promise.all(
      Array.from({ length: 100 }, (_, index) => createToken({ ...foreign, kid: `made-up-${index}` })),
    )
    const statuses = await Promise.all(tokens.map(async (token) => (await whoami(token)).status))
    expect(new Set(statuses)).toEqual(new Set([401]))
    expect(issuer.fetches).toBe(1)
  })

  it('are 503, not 401, while the keys are out of reach', async () => {
    const { issuer, key, whoami } = await startWithAuth()
    issuer.isDown = true
    const response = await whoami(await createToken(key))
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] })
    issuer.isDown = false
    expect((await whoami(await createToken(key))).status).toBe(200)
  })

  it('end at once when their session is revoked', async () => {
    let revoke: (revocation: Revocation) => void = () => {}
    const { key, whoami } = await startWithAuth({
      auth: {
        onRevoked: (listener) => {
          revoke = listener
          return () => {}
        },
      },
    })
    const token = await createToken(key)
    const other = await createToken(key, { claims: { sid: 'session-2' } })
    expect((await whoami(token)).status).toBe(200)
    revoke({ sessionId: 'session-1' })
    expect((await whoami(token)).status).toBe(401)
    expect((await whoami(other)).status).toBe(200)
    revoke({ viewerId: 'user-1' })
    expect((await whoami(other)).status).toBe(401)
    const later = await createToken(key, { claims: { sid: 'session-3', iat: nowSeconds() + 2 } })
    expect((await whoami(later)).status).toBe(200)
  })
})

describe('API keys', () => {
  const viewer: Viewer = {
    id: 'robot',
    kind: 'api_key',
    sessionId: 'key-id',
    roles: [],
    scopes: ['read'],
    authenticatedAt: 1,
  }

  it('are verified once in 30 s, in either header', async () => {
    const asked: string[] = []
    const { gateway } = await startWithAuth({
      auth: {
        verifyApiKey: async (key) => {
          asked.push(key)
          return key === 'gg_good_key' ? viewer : null
        },
      },
    })
    const ask = (headers: Record<string, string>) => gateway.post({ query: '{ whoami { id } }' }, headers)
    const answers = await Promise.all([
      ask({ authorization: 'Bearer gg_good_key' }),
      ask({ 'x-api-key': 'gg_good_key' }),
      ask({ 'x-api-key': 'gg_good_key' }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(gateway.observed.callers[0]?.viewer).toEqual(viewer)
    expect((await ask({ 'x-api-key': 'gg_bad_key_1' })).status).toBe(401)
    expect((await ask({ 'x-api-key': 'gg_bad_key_1' })).status).toBe(401)
    expect(asked).toEqual(['gg_good_key', 'gg_bad_key_1'])
  })

  it('are refused beside a token, and where nobody verifies them', async () => {
    const { gateway, key } = await startWithAuth()
    const authorization = `Bearer ${await createToken(key)}`
    const both = await gateway.post({ query: '{ hello }' }, { authorization, 'x-api-key': 'gg_good_key' })
    expect(both.status).toBe(401)
    expect((await gateway.post({ query: '{ hello }' }, { 'x-api-key': 'gg_good_key' })).status).toBe(401)
  })

  it('are forgotten when they are revoked', async () => {
    let revoke: (revocation: Revocation) => void = () => {}
    const { gateway } = await startWithAuth({
      auth: {
        verifyApiKey: async () => viewer,
        onRevoked: (listener) => {
          revoke = listener
          return () => {}
        },
      },
    })
    const ask = () => gateway.post({ query: '{ hello }' }, { 'x-api-key': 'gg_good_key' })
    expect((await ask()).status).toBe(200)
    revoke({ sessionId: 'key-id' })
    expect((await ask()).status).toBe(401)
  })
})

describe('revocations', () => {
  it('from before this process began are known to it as well', async () => {
    const asked: string[] = []
    const authority = createAuthority({
      service: 'identity',
      log: createLogger({ name: 'tests', level: 'silent' }),
      procedures: async ({ input }) => {
        asked.push((input as { since: string }).since)
        return { sessionIds: ['session-1'], until: new Date().toISOString() }
      },
    })
    const { key, whoami } = await startWithAuth({ auth: authority })
    const token = await createToken(key)
    await expect.poll(async () => (await whoami(token)).status).toBe(401)
    // An access token lives ten minutes.
    expect(Date.now() - Date.parse(asked[0] ?? '')).toBeGreaterThan(600_000)
    expect(asked).toHaveLength(1)
  })
})

describe('viewer assertions', () => {
  it('are readable for their service only, and made once', async () => {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
    const assertions = createAssertions(await exportJWK(privateKey))
    const verifier = await importAssertionKey(await exportJWK(publicKey))
    const caller: Caller = { viewer: null, address: '10.0.0.1', userAgent: 'tests' }
    const assertion = assertions.of('token', caller, 'orders')
    expect(assertions.of('token', caller, 'orders')).toBe(assertion)
    expect(assertions.of('other', caller, 'payments')).not.toBe(assertion)
    expect(await verifyAssertion(verifier, 'orders', assertion)).toEqual(caller)
    await expect(verifyAssertion(verifier, 'payments', assertion)).rejects.toThrow()
  })

  it('reach services over HTTP; forged ones do not', async () => {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
    const seen: Record<string, string>[] = []
    const key = await createKey('key-1')
    const issuer = await serveKeys([key])
    const gateway = await startGateway({
      auth: { jwks: issuer.url, issuer: ISSUER, audience: AUDIENCE },
      assertionKey: await exportJWK(privateKey),
      forwardHeaders: ['x-partner', VIEWER_HEADER],
      services: {
        things: {
          transport: {
            async execute({ context }) {
              seen.push({ ...context.headersFor('things') })
              return { data: { hello: 'hi' } }
            },
            subscribe: () => {
              throw new Error('not subscribed here')
            },
            ping: async () => {},
            close: async () => {},
          },
        },
      },
    })
    await gateway.query('{ hello }', {
      authorization: `Bearer ${await createToken(key)}`,
      [VIEWER_HEADER]: 'forged',
      'x-partner': 'acme',
      'x-request-id': 'request-0001',
    })
    expect(Object.keys(seen[0] ?? {}).sort()).toEqual([VIEWER_HEADER, 'x-partner', 'x-request-id'])
    expect(seen[0]).toMatchObject({ 'x-partner': 'acme', 'x-request-id': 'request-0001' })
    const verifier = await importAssertionKey(await exportJWK(publicKey))
    const caller = await verifyAssertion(verifier, 'things', seen[0]?.[VIEWER_HEADER] ?? '')
    expect(caller.viewer?.id).toBe('user-1')

    await gateway.query('{ hello }', { [VIEWER_HEADER]: 'forged' })
    expect((await verifyAssertion(verifier, 'things', seen[1]?.[VIEWER_HEADER] ?? '')).viewer).toBeNull()
  })
})
