import { createHmac } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { type CryptoKey, exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signingKeys } from '../src/tables.ts'
import { openKeyRing } from '../src/token/key-ring.ts'
import { type Identity, startIdentity, times } from './start-identity.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.close())

const Verify =
  'query ($token: String!) { verifyAccessToken(token: $token) { valid fault userId sessionId roles scopes expiresAt } }'
const verify = async (token: string) => (await identity.anonymous.query(Verify, { token })).verifyAccessToken
const refused = (fault: string) => ({
  valid: false,
  fault,
  userId: null,
  sessionId: null,
  roles: [],
  scopes: [],
  expiresAt: null,
})
const kids = async () => {
  const response = await fetch(`${identity.service.url}/.well-known/jwks.json`)
  return ((await response.json()) as JSONWebKeySet).keys.map(({ kid }) => kid)
}
const kidOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid

test('a good token is told with what it says; a changed one, an old one and one of an ended session are not', async () => {
  const { accessToken, viewer, client, user } = await identity.createLogin({ roles: ['FREELANCER'] })
  expect(await verify(accessToken)).toMatchObject({
    valid: true,
    fault: null,
    userId: user.id,
    sessionId: viewer.sessionId,
    roles: ['FREELANCER'],
    scopes: viewer.scopes,
  })
  expect(await verify(`${accessToken.slice(0, -4)}AAAA`)).toEqual(refused('INVALID'))
  expect(await verify('nonsense')).toEqual(refused('INVALID'))
  await client.query('mutation { logout { loggedOut } }')
  expect(await verify(accessToken)).toEqual(refused('SESSION_ENDED'))
  identity.clock.advance('601s')
  expect(await verify(accessToken)).toEqual(refused('EXPIRED'))
})

test('forged tokens are refused: algorithms, keys, headers and claims that are not ours', async () => {
  const { viewer } = await identity.createLogin()
  const { privateKey, kid } = await identity.context.keys.signingKey()
  const published = await identity.context.keys.publicKeys()
  const stranger = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const now = Math.floor(identity.clock.now().getTime() / 1_000)
  const good = {
    iss: 'https://gigraph.test',
    aud: 'gigraph',
    sub: viewer.id,
    sid: viewer.sessionId,
    roles: ['ADMIN'],
    scope: 'users:write',
    iat: now,
    exp: now + 600,
  }
  const sign = (claims: Record<string, unknown>, header: Record<string, unknown> = {}, key: CryptoKey = privateKey) =>
    new SignJWT({ ...good, ...claims }).setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid, ...header }).sign(key)
  // The control: with our key and the right claims it passes, so that what follows fails for its own reason.
  expect(await verify(await sign({}))).toMatchObject({ valid: true })

  const hmacHeader = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid })).toString('base64url')
  const body = `${hmacHeader}.${Buffer.from(JSON.stringify(good)).toString('base64url')}`
  const confused = `${body}.${createHmac('sha256', JSON.stringify(published.keys[0])).update(body).digest('base64url')}`
  const forged: Record<string, string> = {
    none: new UnsecuredJWT(good).encode(),
    'HS256 with the public key': confused,
    'foreign key': await sign({}, {}, stranger.privateKey),
    'foreign jwk': await sign({}, { jwk: await exportJWK(stranger.publicKey) }, stranger.privateKey),
    'foreign jku': await sign({}, { jku: 'https://attacker.example/jwks.json' }, stranger.privateKey),
    'foreign kid': await sign({}, { kid: 'unknown' }, stranger.privateKey),
    'kid as a path': await sign({}, { kid: '../../etc/passwd' }, stranger.privateKey),
    'other type': await sign({}, { typ: 'JWT' }),
    'other issuer': await sign({ iss: 'https://attacker.example' }),
    'other audience': await sign({ aud: 'another-graph' }),
  }
  for (const [name, token] of Object.entries(forged)) expect(await verify(token), name).toEqual(refused('INVALID'))
  expect(await verify(await sign({ exp: now - 1 }))).toEqual(refused('EXPIRED'))
  expect(await verify(await sign({ nbf: now + 60 }))).toEqual(refused('EXPIRED'))
})

test('a planned rotation publishes the new key before it signs and the old one until its tokens are over', async () => {
  const before = await identity.createLogin()
  const oldKid = kidOf(before.accessToken)
  const { kid, activeAt } = await identity.context.keys.rotate()
  expect(await kids()).toEqual([oldKid, kid])
  expect(kidOf((await identity.createLogin()).accessToken)).toBe(oldKid)
  identity.clock.set(new Date(activeAt.getTime() - 1_000))
  const last = await identity.createLogin()
  expect(kidOf(last.accessToken)).toBe(oldKid)
  identity.clock.advance('31s')
  expect(kidOf((await identity.createLogin()).accessToken)).toBe(kid)
  expect(await verify(last.accessToken)).toMatchObject({ valid: true })
  identity.clock.advance('31m')
  expect(await kids()).toEqual([kid])
})

test('a compromised key is gone at once', async () => {
  const { accessToken } = await identity.createLogin()
  const { kid } = await identity.context.keys.rotate({ compromised: true })
  expect(await kids()).toEqual([kid])
  expect(await verify(accessToken)).toEqual(refused('INVALID'))
  expect(kidOf((await identity.createLogin()).accessToken)).toBe(kid)
})

test('private keys are encrypted at rest, and processes that start at once share one key', async () => {
  const rows = await identity.context.db.select().from(signingKeys)
  for (const row of rows) {
    expect(JSON.stringify(row.publicJwk)).not.toContain('"d"')
    expect(Buffer.from(row.sealedPrivateJwk, 'base64url').toString('latin1')).not.toContain('"d"')
  }
  await identity.context.db.delete(signingKeys)
  const { db, clock, config } = identity.context
  const rings = await Promise.all(times(5, () => openKeyRing({ db, clock, secret: config.KEY_ENCRYPTION_SECRET })))
  expect(new Set(await Promise.all(rings.map(async (ring) => (await ring.signingKey()).kid))).size).toBe(1)
  const other = await openKeyRing({ db, clock, secret: 'another secret of thirty-two characters' })
  await expect(other.signingKey()).rejects.toThrow()
  expect(await db.$count(signingKeys, eq(signingKeys.kid, (await rings[0]?.signingKey())?.kid ?? ''))).toBe(1)
})
