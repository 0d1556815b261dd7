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

test('on a union, a member shows what its own rules let, whichever way it is reached', async () => {
  const graph = storeGraph(
    {
      a: `type Query { found: [Found!]! named: [Named] } union Found = Open | Closed | Vault interface Named { name: String }
        type Open implements Named { name: String } type Closed implements Named @key(fields: "id") { id: ID! name: String @policy(policies: [["p"], ["q", "r"]]) }
        type Vault @requiresScopes(scopes: [["vault"]]) { code: String! }`,
      b: `type Closed @key(fields: "id") { id: ID! size: Int @authenticated @requiresScopes(scopes: [["size"]]) }`,
    },
    {
      root: {
        found: [
          { __typename: 'Open', name: 'o' },
          { __typename: 'Closed', id: '1', name: 'hidden' },
          { __typename: 'Vault', code: 'hidden' },
        ],
        named: [{ __typename: 'Closed', id: '1', name: 'hidden' }],
      },
      records: [{ __typename: 'Closed', id: '1', size: 7 }],
    },
  )
  const query =
    '{ found { ...N ... on Closed { id size n: name } ... on Vault { c: __typename } } named { x: name ... on Closed { y: name } } } fragment N on Named { name }'
  const nobody = await graph.run(query)
  expect(JSON.stringify(nobody.data)).not.toMatch(/hidden|7/)
  expect(nobody.errors?.map(({ path }) => path?.join('.'))).toEqual(
    expect.arrayContaining(['found.1.size', 'found.1.n', 'named.0.x', 'named.0.y']),
  )
  expect(JSON.stringify(graph.seen)).not.toMatch(/size|code/)
  const caller = { scopes: ['size'], policies: new Set(['q', 'r']) }
  expect(await graph.run(query, {}, caller)).toEqual({
    data: {
      found: [{ name: 'o' }, { name: 'hidden', id: '1', size: 7, n: 'hidden' }, { c: 'Vault' }],
      named: [{ x: 'hidden', y: 'hidden' }],
    },
  })
  for (const policies of [new Set(['q']), new Set<string>()]) {
    expect(JSON.stringify((await graph.run(query, {}, { scopes: ['size'], policies })).data)).not.toMatch(/hidden/)
  }
  const vault = '{ found { ... on Vault { code } } }'
  expect(JSON.stringify((await graph.run(vault, {}, caller)).data)).not.toMatch(/hidden/)
  expect((await graph.run(vault, {}, { scopes: ['vault'] })).data).toEqual({ found: [{}, {}, { code: 'hidden' }] })
})

test('a field of an @interfaceObject is denied on every implementation', async () => {
  const book = { __typename: 'Book', __interfaces: ['Media'], id: '1', pages: 3, stars: 5 }
  const graph = storeGraph(
    {
      a: `type Query { all: [Media] book: Book } interface Media @key(fields: "id") { id: ID! } type Book implements Media @key(fields: "id") { id: ID! pages: Int }`,
      b: `type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int @authenticated }`,
    },
    { root: { all: [book], book }, records: [book] },
  )
  const query = '{ all { stars ... on Book { pages s: stars } } book { stars } }'
  const { data, errors } = await graph.run(query)
  expect(data).toEqual({ all: [{ stars: null, pages: 3, s: null }], book: { stars: null } })
  expect(errors?.map(({ path }) => path?.join('.'))).toEqual(['all.0.stars', 'all.0.s', 'book.stars'])
  expect(graph.seen.map(({ service }) => service)).toEqual(['a'])
  expect(await graph.run(query, {}, { scopes: [] })).toEqual(await graph.runMonolith(query))
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
