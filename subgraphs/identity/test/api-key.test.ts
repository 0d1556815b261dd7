import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deadSessions, verifyApiKey } from '../src/internal.ts'
import { apiKeys, users } from '../src/tables.ts'
import { type Identity, startIdentity, times } from './start-identity.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.close())

const Create = /* GraphQL */ `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) {
  apiKey { id name prefix scopes expiresAt revokedAt } secret userErrors { code field } } }`
const Rotate =
  'mutation ($id: ID!) { rotateApiKey(input: { apiKeyId: $id }) { apiKey { id name scopes } secret userErrors { code } } }'
const Revoke =
  'mutation ($id: ID!) { revokeApiKey(input: { apiKeyId: $id }) { apiKey { id revokedAt } userErrors { code } } }'
const List = '{ viewer { apiKeys { id name lastUsedAt lastUsedFrom } } }'

const create = (client: Identity['anonymous'], input: Record<string, unknown> = {}) =>
  client
    .query(Create, { input: { name: 'robot', scopes: ['usage:write'], ...input } })
    .then((data) => data.createApiKey)
const viewerOfKey = async (key: string, address = '203.0.113.5') =>
  ((await identity.service.procedure(verifyApiKey.name, { key, address }, 'test')) as { viewer: unknown }).viewer
const dead = async (id: string) =>
  ((await identity.service.procedure(deadSessions.name, { sessionIds: [id] }, 'test')) as { dead: string[] }).dead

test('a key stands for its owner with its scopes; its secret is shown once and stored hashed', async () => {
  const { user, client } = await identity.createLogin({ roles: ['TOOL_CREATOR'] })
  const { apiKey, secret } = await create(client)
  expect(apiKey).toMatchObject({ name: 'robot', prefix: secret.slice(0, 9), scopes: ['usage:write'], revokedAt: null })
  expect(secret).toMatch(/^gg_[\w-]{43}$/)
  expect(await viewerOfKey(secret)).toEqual({
    id: user.id,
    kind: 'api_key',
    sessionId: apiKey.id,
    roles: ['TOOL_CREATOR'],
    scopes: ['usage:write'],
    authenticatedAt: Math.floor(identity.clock.now().getTime() / 1_000),
  })
  expect((await client.query(List)).viewer.apiKeys).toEqual([
    { id: apiKey.id, name: 'robot', lastUsedAt: identity.clock.now().toISOString(), lastUsedFrom: '203.0.113.5' },
  ])
  const rows = await identity.context.db.select().from(apiKeys).where(eq(apiKeys.userId, user.id))
  expect(JSON.stringify(rows)).not.toContain(secret)
  expect(await dead(apiKey.id)).toEqual([])
  await identity.runJobs()
  expect(identity.mail.newest(user.email, 'A new API key was created').text).not.toContain(secret.slice(9))
})

test('a key has no scope that its owner lacks, now or later', async () => {
  const { user, client } = await identity.createLogin({ roles: ['TOOL_CREATOR'] })
  expect(await create(client, { scopes: ['usage:write', 'users:write'] })).toEqual({
    apiKey: null,
    secret: null,
    userErrors: [{ code: 'NOT_ALLOWED', field: ['input', 'scopes'] }],
  })
  const { secret } = await create(client)
  await identity.context.db
    .update(users)
    .set({ roles: ['CLIENT'] })
    .where(eq(users.id, user.id))
  expect(await viewerOfKey(secret)).toMatchObject({ roles: ['CLIENT'], scopes: [] })
})

test.each([
  ['name', { name: ' ' }],
  ['expiresAt', { expiresAt: '2020-01-01T00:00:00.000Z' }],
  ['expiresAt', { expiresAt: '2099-01-01T00:00:00.000Z' }],
])('a bad %s is refused: %o', async (field, input) => {
  const { client } = await identity.createLogin({ roles: ['TOOL_CREATOR'] })
  expect((await create(client, input)).userErrors).toEqual([{ code: 'VALIDATION', field: ['input', field] }])
})

test('a key ends when it expires, is revoked, rotated, or its owner is suspended', async () => {
  const { user, client } = await identity.createLogin({ roles: ['TOOL_CREATOR'] })
  const expiring = await create(client, { expiresAt: new Date(identity.clock.now().getTime() + 60_000).toISOString() })
  const revoked = await create(client)
  const rotated = await create(client)
  expect((await client.query(Revoke, { id: revoked.apiKey.id })).revokeApiKey).toMatchObject({
    apiKey: { id: revoked.apiKey.id },
    userErrors: [],
  })
  expect(await viewerOfKey(revoked.secret)).toBeNull()
  expect(await dead(revoked.apiKey.id)).toEqual([revoked.apiKey.id])
  const { rotateApiKey } = await client.query(Rotate, { id: rotated.apiKey.id })
  expect(rotateApiKey).toMatchObject({ apiKey: { name: 'robot', scopes: ['usage:write'] }, userErrors: [] })
  expect(await viewerOfKey(rotated.secret)).toBeNull()
  expect(await viewerOfKey(rotateApiKey.secret)).not.toBeNull()
  expect((await client.query(Rotate, { id: rotated.apiKey.id })).rotateApiKey.userErrors).toEqual([
    { code: 'INVALID_STATE' },
  ])
  const events = await identity.outbox('api_key.revoked')
  for (const { apiKey } of [revoked, rotated])
    expect(events.filter((event) => event.apiKeyId === apiKey.id)).toEqual([{ userId: user.id, apiKeyId: apiKey.id }])
  identity.clock.advance('60s')
  expect(await viewerOfKey(expiring.secret)).toBeNull()
  await identity.context.db.update(users).set({ suspendedAt: identity.clock.now() }).where(eq(users.id, user.id))
  expect(await viewerOfKey(rotateApiKey.secret)).toBeNull()
  expect(await dead(rotateApiKey.apiKey.id)).toEqual([rotateApiKey.apiKey.id])
})

test('others’ keys and what is no key are not found', async () => {
  const owner = await identity.createLogin({ roles: ['TOOL_CREATOR'] })
  const { apiKey, secret } = await create(owner.client)
  const stranger = await identity.createLogin({ roles: ['TOOL_CREATOR', 'ADMIN'] })
  for (const document of [Revoke, Rotate])
    for (const id of [apiKey.id, identity.context.makeId(), 'x'])
      expect((await stranger.client.run(document, { id })).errors).toMatchObject([
        { extensions: { code: 'NOT_FOUND' } },
      ])
  expect(await viewerOfKey(secret)).not.toBeNull()
  expect(await viewerOfKey('gg_unknown')).toBeNull()
})

test('nobody has more than twenty keys, created at once or not', async () => {
  const { client } = await identity.createLogin({ roles: ['TOOL_CREATOR'] })
  const answers = await Promise.all(times(25, () => create(client)))
  expect(answers.filter(({ secret }) => secret)).toHaveLength(20)
  expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual(
    times(5, () => ({ code: 'LIMIT_EXCEEDED', field: null })),
  )
})

test('a key reaches neither sessions nor anything else of how its owner logs in, on no way', async () => {
  const { client, viewer } = await identity.createLogin({ roles: ['TOOL_CREATOR'] })
  const { secret } = await create(client)
  const robot = identity.as((await viewerOfKey(secret)) as typeof viewer)
  expect((await robot.query('{ viewer { id scopes } }')).viewer).toEqual({ id: viewer.id, scopes: ['usage:write'] })
  for (const field of ['sessions { id }', 'account { sessions { id } }', 'mfa { methods }', 'apiKeys { id }'])
    expect((await robot.run(`{ viewer { ${field} } }`)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
})
