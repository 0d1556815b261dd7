import { expect, test } from 'vitest'
import { federatedGraph } from '../execute/testing/federated-graph.ts'
import { storeGraph } from '../execute/testing/store-graph.ts'

const me = {
  __typename: 'User',
  id: '1',
  name: 'Ada',
  email: 'a@b.c',
  salary: 5,
  secret: { __typename: 'Secret', code: 'x' },
  card: 'c',
  pets: [{ __typename: 'Cat', name: 'Tom', chip: '9' }],
}

const graphOf = () =>
  storeGraph(
    {
      a: `type Query { me: User users: [User!]! } type Mutation { wipe: Boolean @requiresScopes(scopes: [["admin"]]) note: Int }
        type User @key(fields: "id") { id: ID! name: String email: String @authenticated pets: [Pet!]! secret: Secret }
        type Secret @authenticated { code: String } interface Pet { name: String } type Cat implements Pet { name: String chip: String @authenticated }`,
      b: `type User @key(fields: "id") { id: ID! salary: Int! @requiresScopes(scopes: [["hr", "read"], ["admin"]]) card: String @policy(policies: [["pci"]]) }`,
    },
    { root: { me, users: [me, me], note: () => 1, wipe: () => true }, records: [me] },
  )

test('a denied field is null with an error at its path, and no service hears of it', async () => {
  const graph = graphOf()
  const { data, errors } = await graph.run('{ me { name mail: email secret { code } card } }')
  expect(data).toEqual({ me: { name: 'Ada', mail: null, secret: null, card: null } })
  expect(errors?.map(({ path }) => path)).toEqual([
    ['me', 'mail'],
    ['me', 'secret'],
    ['me', 'card'],
  ])
  expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
  expect(JSON.stringify(graph.seen)).not.toMatch(/email|secret|card/)
  expect(graph.seen.map(({ service }) => service)).toEqual(['a'])
})

test('who is allowed gets the data, from the same engine and the same query text', async () => {
  const graph = graphOf()
  const query = '{ me { email secret { code } card pets { name ... on Cat { chip } } } }'
  await graph.run(query)
  expect(await graph.run(query, {}, { scopes: [], policies: new Set(['pci']) })).toEqual({
    data: { me: { email: 'a@b.c', secret: { code: 'x' }, card: 'c', pets: [{ name: 'Tom', chip: '9' }] } },
  })
  expect((await graph.run(query)).data).toEqual({
    me: { email: null, secret: null, card: null, pets: [{ name: 'Tom', chip: null }] },
  })
})

test('scopes: any of the lists, all of its members; a denied non-null field takes its parent with it', async () => {
  const graph = graphOf()
  const salary = async (scopes: string[] | null) => (await graph.run('{ me { salary } }', {}, { scopes })).data
  expect(await salary(null)).toEqual({ me: null })
  expect(await salary(['hr'])).toEqual({ me: null })
  expect(await salary(['read', 'hr'])).toEqual({ me: { salary: 5 } })
  expect(await salary(['admin'])).toEqual({ me: { salary: 5 } })
})

test('a denied mutation does not run, its siblings do', async () => {
  const graph = graphOf()
  const { data, errors } = await graph.run('mutation { wipe note }')
  expect(data).toEqual({ wipe: null, note: 1 })
  expect(errors?.map(({ path }) => path)).toEqual([['wipe']])
  expect(JSON.stringify(graph.seen)).not.toMatch(/wipe/)
})

test('on an interface a field needs what its implementations need, and fragments do not get around it', async () => {
  const graph = storeGraph(
    {
      a: `type Query { all: [Doc!]! } interface Doc { title: String } type Open implements Doc { title: String }
        type Closed implements Doc @authenticated { title: String }`,
    },
    {
      root: {
        all: [
          { __typename: 'Open', title: 'o' },
          { __typename: 'Closed', title: 'c' },
        ],
      },
      records: [],
    },
  )
  const leak = await graph.run(
    '{ all { ... on Closed { title } ... on Open { title } ...F } } fragment F on Doc { t: title }',
  )
  expect(JSON.stringify(leak.data)).not.toMatch(/"c"/)
  expect(leak.errors?.length).toBeGreaterThan(0)
})

test('a denied subscription does not start', async () => {
  const graph = federatedGraph({
    a: {
      sdl: 'type Query { a: Int } type Subscription { tick: Int @authenticated }',
      resolvers: { Subscription: { tick: { subscribe: () => expect.fail('must not be asked') } } },
    },
  })
  const result = await graph.subscribe('subscription { tick }')
  expect(result).toMatchObject({ data: { tick: null }, errors: [{ path: ['tick'] }] })
})
