import { afterAll, beforeAll, expect, test } from 'vitest'
import { usersByIds } from '../src/internal.ts'
import { removeExpired } from '../src/maintenance.ts'
import { seedIdentity } from '../src/seed.ts'
import { rateLimits, users } from '../src/tables.ts'
import { type Identity, PASSWORD, startIdentity, times } from './start-identity.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.close())

const AddRole =
  'mutation ($role: MemberRole!) { addRole(input: { role: $role }) { viewer { account { roles } } userErrors { code field } } }'
const Update = /* GraphQL */ `mutation ($input: UpdateAccountInput!) { updateAccount(input: $input) {
  viewer { user { handle displayName } account { locale timeZone } } userErrors { code field } } }`

test('a client becomes a freelancer too, once', async () => {
  const { user, client } = await identity.createLogin()
  const answers = await Promise.all(times(5, () => client.query(AddRole, { role: 'FREELANCER' })))
  expect(answers.filter(({ addRole }) => addRole.viewer).map(({ addRole }) => addRole.viewer.account.roles)).toEqual([
    ['CLIENT', 'FREELANCER'],
  ])
  expect(answers.flatMap(({ addRole }) => addRole.userErrors)).toEqual(
    times(4, () => ({ code: 'ALREADY_EXISTS', field: ['input', 'role'] })),
  )
  expect((await identity.outbox('user.role_changed')).filter(({ userId }) => userId === user.id)).toEqual([
    { userId: user.id, roles: ['CLIENT', 'FREELANCER'] },
  ])
  expect((await client.run(AddRole, { role: 'ADMIN' })).errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT' } },
  ])
  expect((await identity.anonymous.run(AddRole, { role: 'CLIENT' })).errors).toMatchObject([
    { extensions: { code: 'UNAUTHENTICATED' } },
  ])
})

test('handle, name, language and time zone change; the old handle stays set aside', async () => {
  const { user, client } = await identity.createLogin({ handle: 'before-it' })
  const { updateAccount } = await client.query(Update, {
    input: { handle: 'After-It', displayName: ' Ann  Other ', locale: 'de-ch', timeZone: 'Europe/Zurich' },
  })
  expect(updateAccount).toEqual({
    viewer: {
      user: { handle: 'after-it', displayName: 'Ann  Other' },
      account: { locale: 'de-CH', timeZone: 'Europe/Zurich' },
    },
    userErrors: [],
  })
  expect(await identity.outbox('user.updated')).toContainEqual({
    userId: user.id,
    handle: 'after-it',
    displayName: 'Ann  Other',
  })
  expect((await client.query(Update, { input: { displayName: 'Only This' } })).updateAccount.viewer.user).toEqual({
    handle: 'after-it',
    displayName: 'Only This',
  })
  const other = await identity.createLogin()
  for (const handle of ['after-it', 'before-it'])
    expect((await other.client.query(Update, { input: { handle } })).updateAccount).toEqual({
      viewer: null,
      userErrors: [{ code: 'ALREADY_EXISTS', field: ['input', 'handle'] }],
    })
  identity.clock.advance('90d')
  await identity.runJob(removeExpired, {})
  const late = await identity.createLogin()
  expect((await late.client.query(Update, { input: { handle: 'before-it' } })).updateAccount.userErrors).toEqual([])
})

test.each([
  ['handle', 'support'],
  ['displayName', 'x\u0007y'],
  ['locale', '???'],
  ['timeZone', 'Nowhere'],
])('a bad %s is refused', async (field, value) => {
  const { client } = await identity.createLogin()
  expect((await client.query(Update, { input: { [field]: value } })).updateAccount.userErrors).toEqual([
    { code: 'VALIDATION', field: ['input', field] },
  ])
})

test('the matrix of an account: field × who asks', async () => {
  const owner = await identity.createLogin({ roles: ['CLIENT'] })
  const other = await identity.createLogin({ roles: ['FREELANCER'] })
  const support = await identity.createLogin({ roles: ['SUPPORT'] })
  const admin = await identity.createLogin({ roles: ['ADMIN'] })
  const who = { owner, other, support, admin, anonymous: { client: identity.anonymous } }
  const { id, email } = owner.user
  const see = 'sees'
  const matrix: [string, (data: never) => unknown, Record<keyof typeof who, string>][] = [
    // Public.
    [
      `{ user(id: "${id}") { handle displayName createdAt } }`,
      (data: { user: { handle: string } }) => data.user.handle === owner.user.handle,
      { owner: see, other: see, support: see, admin: see, anonymous: see },
    ],
    // By reference, as the gateway asks.
    [
      `{ _entities(representations: [{ __typename: "User", id: "${id}" }]) { ... on User { handle } } }`,
      (data: { _entities: { handle: string }[] }) => data._entities[0]?.handle === owner.user.handle,
      { owner: see, other: see, support: see, admin: see, anonymous: see },
    ],
    // For staff.
    [
      `{ user(id: "${id}") { account { email } } }`,
      (data: { user: { account: { email: string } } }) => data.user.account.email === email,
      { owner: 'FORBIDDEN', other: 'FORBIDDEN', support: see, admin: see, anonymous: 'UNAUTHENTICATED' },
    ],
    [
      `{ _entities(representations: [{ __typename: "User", id: "${id}" }]) { ... on User { account { email sessions { address } } } } }`,
      (data: { _entities: { account: { email: string } }[] }) => data._entities[0]?.account.email === email,
      { owner: 'FORBIDDEN', other: 'FORBIDDEN', support: see, admin: see, anonymous: 'UNAUTHENTICATED' },
    ],
    [
      '{ users(first: 1) { nodes { id } } }',
      (data: { users: { nodes: unknown[] } }) => data.users.nodes.length === 1,
      { owner: 'FORBIDDEN', other: 'FORBIDDEN', support: see, admin: see, anonymous: 'UNAUTHENTICATED' },
    ],
    // Nobody but oneself, staff included.
    [
      `{ _entities(representations: [{ __typename: "Viewer", id: "${id}" }]) { ... on Viewer { account { email } mfa { methods } sessions { id } apiKeys { id } } } }`,
      (data: { _entities: ({ account: { email: string } } | null)[] }) =>
        data._entities[0] !== null && data._entities[0]?.account.email === email,
      { owner: see, other: 'nothing', support: 'nothing', admin: 'nothing', anonymous: 'nothing' },
    ],
  ]
  for (const [document, sees, expected] of matrix)
    for (const [name, { client }] of Object.entries(who)) {
      const { data, errors } = await client.run(document)
      const outcome = errors ? errors[0]?.extensions.code : sees(data as never) ? see : 'nothing'
      expect(outcome, `${name}: ${document}`).toBe(expected[name as keyof typeof who])
      if (outcome !== see) expect(JSON.stringify(data ?? {})).not.toContain(email)
    }
})

test('people are loaded together, and what is no id is nobody', async () => {
  const people = await Promise.all(times(20, () => identity.createUser()))
  const Entities = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { handle } } }'
  const representations = (count: number) => people.slice(0, count).map(({ id }) => ({ __typename: 'User', id }))
  const few = await identity.countStatements(() => identity.anonymous.query(Entities, { r: representations(2) }))
  const many = await identity.countStatements(() => identity.anonymous.query(Entities, { r: representations(20) }))
  expect([few, many]).toEqual([1, 1])
  const unknown = [
    { __typename: 'User', id: 'x' },
    { __typename: 'User', id: identity.context.makeId() },
  ]
  expect(await identity.anonymous.query(Entities, { r: unknown })).toEqual({ _entities: [null, null] })
  for (const args of ['', `id: "x", handle: "y"`])
    expect((await identity.anonymous.run(args ? `{ user(${args}) { id } }` : '{ user { id } }')).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' } },
    ])
})

test('without the gateway’s assertion the service answers nobody', async () => {
  const post = (headers: Record<string, string>) =>
    fetch(`${identity.service.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: '{ __typename }' }),
    })
  expect((await post({})).status).toBe(401)
  expect((await post({ 'x-gigraph-viewer': 'forged' })).status).toBe(401)
  const internal = await fetch(`${identity.service.url}/internal/usersByIds`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"ids":[]}',
  })
  expect(internal.status).toBe(401)
})

test('other services learn of users in bulk; unknown ids are absent', async () => {
  const user = await identity.createUser({ locale: 'fr', timeZone: 'Europe/Paris' })
  const ids = [user.id, identity.context.makeId()]
  expect(await identity.service.procedure(usersByIds.name, { ids }, 'test')).toEqual({
    users: [
      {
        id: user.id,
        handle: user.handle,
        displayName: user.displayName,
        email: user.email,
        locale: 'fr',
        timeZone: 'Europe/Paris',
        roles: ['CLIENT'],
        status: 'ACTIVE',
      },
    ],
  })
  expect(await identity.service.procedure(usersByIds.name, { ids: [] }, 'test')).toEqual({ users: [] })
})

test('demo data: thousands of users at once, one hash per password', async () => {
  const { context } = identity
  const people = times(3_000, (index) => ({
    id: context.makeId(),
    email: `Seed-${index}@example.com`,
    handle: `Seed-${index}`,
    displayName: `Seed ${index}`,
    roles: ['CLIENT'] as const,
    password: PASSWORD,
  }))
  const before = await context.db.$count(users)
  const start = performance.now()
  await seedIdentity(context, people)
  process.stdout.write(`3,000 users in ${Math.round(performance.now() - start)} ms\n`)
  expect((await context.db.$count(users)) - before).toBe(3_000)
  const [, second] = people
  expect((await identity.logIn({ ...second!, email: 'seed-1@example.com' })).viewer.id).toBe(second?.id)
})

test('what has run out is removed', async () => {
  expect(await identity.context.db.$count(rateLimits)).toBeGreaterThan(0)
  identity.clock.advance('31d')
  await identity.runJob(removeExpired, {})
  expect(await identity.context.db.$count(rateLimits)).toBe(0)
})
