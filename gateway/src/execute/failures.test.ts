import { GraphQLError } from 'graphql'
import { expect, test } from 'vitest'
import { federatedGraph } from './testing/federated-graph.ts'
import { type StoreGraph, type StoreRecord, storeGraph } from './testing/store-graph.ts'

const fail = (message: string) => () => {
  throw new GraphQLError(message)
}

/** Compares data and, by message and path, errors with a monolith's. */
async function same(graph: StoreGraph, query: string, variables?: Record<string, unknown>) {
  const expected = await graph.runMonolith(query, variables)
  const result = await graph.run(query, variables)
  expect(result.data).toEqual(expected.data)
  const brief = (errors: typeof result.errors) =>
    (errors ?? []).map(({ message, path }) => `${path?.join('.')}: ${message}`).sort()
  expect(expected.errors?.length).toBeGreaterThan(0)
  expect(brief(result.errors)).toEqual(brief(expected.errors))
  return result
}

const user = (id: string, extra: Record<string, unknown> = {}): StoreRecord & Record<string, unknown> => ({
  __typename: 'User',
  id,
  name: `U${id}`,
  age: 3,
  ...extra,
})

function social(nullability: '' | '!' = '') {
  const bad = user('2', { name: fail('no name'), friends: [] as unknown[] })
  const good = user('1', { friends: [bad] })
  const other = user('3', { friends: [good, bad] })
  bad.friends = [bad, good]
  return storeGraph(
    {
      a: `type Query { users: [User${nullability}] me: User } type User @key(fields: "id") { id: ID! friends: [User!] }`,
      b: `type User @key(fields: "id") { id: ID! name: String${nullability} age: Int }`,
    },
    { root: { users: [good, bad, other, bad], me: bad }, records: [good, bad, other] },
  )
}

test('an error of an entity stands at every position of that entity', async () => {
  await same(social(), '{ users { id called: name friends { name age } } me { name } }')
})

test('null goes up to the nearest nullable parent', async () => {
  await same(social('!'), '{ me { id name } }')
  await same(social('!'), '{ users { id friends { name } } me { id } }')
})

test('errors inside lists, aliases and nested objects keep their paths', async () => {
  const item = (n: number) => ({
    __typename: 'Item',
    n: n === 1 ? fail('bad item') : n,
    at: { __typename: 'At', x: fail('no x') },
  })
  const graph = storeGraph(
    { a: `type Query { lists: [[Item]] } type Item { n: Int at: At } type At { x: Int }` },
    { root: { lists: [[item(0), item(1)], null, [item(1)]] }, records: [] },
  )
  await same(graph, '{ all: lists { number: n at { y: x } } }')
})

test('a service that is down costs its own fields only, with an error at each of them', async () => {
  const graph = storeGraph(
    {
      a: `type Query { users: [User] } type User @key(fields: "id") { id: ID! }`,
      b: `type User @key(fields: "id") { id: ID! name: String }`,
    },
    { root: { users: [user('1'), user('2')] }, records: [user('1'), user('2')] },
  )
  graph.break('b')
  const { data, errors } = await graph.run('{ users { id called: name name } }')
  expect(data).toEqual({
    users: [
      { id: '1', called: null, name: null },
      { id: '2', called: null, name: null },
    ],
  })
  expect(errors?.map(({ path }) => path)).toEqual([
    ['users', 0, 'called'],
    ['users', 0, 'name'],
    ['users', 1, 'called'],
    ['users', 1, 'name'],
  ])
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'SERVICE_UNAVAILABLE', serviceName: 'b' })
})

test('a service that is down costs its own root fields, with the errors that failing fields of a monolith have', async () => {
  const down = fail('b is down')
  const graph = storeGraph(
    {
      a: `type Query { here: Int } type Mutation { done: Int }`,
      b: `type Query { gone(n: Int): Int things: [Thing!] } type Thing { n: Int! } type Mutation { lost: Thing! }`,
    },
    { root: { here: 1, done: 2, gone: down, things: down, lost: down }, records: [] },
  )
  graph.break('b')
  const query =
    'query ($yes: Boolean!) { here x: gone(n: 1) ...F gone @skip(if: $yes) } fragment F on Query { things { n } y: gone }'
  const { errors } = await same(graph, query, { yes: true })
  expect(errors?.map(({ path }) => path?.join())).toEqual(['x', 'y', 'things'])
  expect(new Set(errors?.map(({ extensions }) => `${extensions.code} ${extensions.serviceName}`))).toEqual(
    new Set(['SERVICE_UNAVAILABLE b']),
  )
  // The stock gateway says of no null where it comes from.
  const stock = await graph.runStock('{ here x: gone(n: 1) things { n } }')
  expect(stock.errors?.map(({ path }) => path)).toEqual([undefined])
  await same(graph, 'mutation { done lost { n } }')
})

test.each<[string, object, string]>([
  ['without data or errors', {}, 'INVALID_SUBGRAPH_RESPONSE'],
  ['with null alone', { data: null }, 'INVALID_SUBGRAPH_RESPONSE'],
  ['with data that is no object', { data: 'all fine' }, 'INVALID_SUBGRAPH_RESPONSE'],
  ['with an error that is a text', { errors: ['no'] }, 'DOWNSTREAM_SERVICE_ERROR'],
  ['with an error of another form', { data: null, errors: [{ message: 7, path: 'here' }] }, 'DOWNSTREAM_SERVICE_ERROR'],
  ['with an error of null', { data: null, errors: [null] }, 'DOWNSTREAM_SERVICE_ERROR'],
  ['with an error without a path', { errors: [{ message: 'Not now.' }] }, 'DOWNSTREAM_SERVICE_ERROR'],
  [
    'with a code of its own',
    { data: null, errors: [{ message: 'Who?', extensions: { code: 'UNAUTHENTICATED' } }] },
    'UNAUTHENTICATED',
  ],
])('a service that answers %s costs its own fields, root or entity', async (_, answer, code) => {
  const graph = storeGraph(
    {
      a: `type Query { users: [User] } type User @key(fields: "id") { id: ID! }`,
      b: `type Query { here: Int } type User @key(fields: "id") { id: ID! name: String age: Int }`,
    },
    { root: { users: [user('1')] }, records: [user('1')] },
  )
  graph.answerAlways('b', answer)
  const { data, errors } = await graph.run('{ here users { id name } }')
  expect(data).toEqual({ here: null, users: [{ id: '1', name: null }] })
  expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code]).sort()).toEqual([
    ['here', code],
    ['users.0.name', code],
  ])
})

test('what needs a failed service, and is therefore not asked for, has an error too', async () => {
  const person = {
    __typename: 'User',
    id: '1',
    email: 'e',
    name: fail('b is down'),
    age: fail('b is down'),
    city: fail('b is down'),
    tax: fail('b is down'),
  }
  const graph = storeGraph(
    {
      a: `type Query { me: User } type User @key(fields: "id") { id: ID! }`,
      b: `type User @key(fields: "id") @key(fields: "email") { id: ID! email: String! name: String age: Int }`,
      c: `type User @key(fields: "email") { email: String! city: String }`,
      d: `type User @key(fields: "id") { id: ID! age: Int @external tax: Int @requires(fields: "age") }`,
    },
    { root: { me: person }, records: [person] },
  )
  graph.break('b')
  for (const query of [
    '{ me { id tax } }',
    '{ me { city } }',
    '{ me { id name town: city tax ... on User { city } } }',
  ]) {
    await same(graph, query)
  }
})

test('an error is told only where something is missing', async () => {
  const person = { __typename: 'User', id: '1', sku: 's', age: 3, tax: fail('b is down') }
  const graph = storeGraph(
    {
      a: `type Query { me: User } type User @key(fields: "id") { id: ID! sku: String @shareable }`,
      b: `type User @key(fields: "id") { id: ID! sku: String @shareable age: Int }`,
      c: `type User @key(fields: "id") { id: ID! age: Int @external tax: Int @requires(fields: "age") }`,
    },
    { root: { me: person }, records: [person] },
  )
  graph.break('b')
  expect((await same(graph, '{ me { tax sku } }')).errors).toHaveLength(1)
})

test('a failing reference costs the fields that the service would have given, each with its error', async () => {
  const graph = federatedGraph({
    a: {
      sdl: 'type Query { media: [Media] } interface Media @key(fields: "id") { id: ID! } type Book implements Media @key(fields: "id") { id: ID! } type Film implements Media @key(fields: "id") { id: ID! }',
      resolvers: {
        Query: { media: () => ['Book', 'Film'].map((type) => ({ __typename: type, id: type })) },
      },
    },
    b: {
      sdl: 'type Book @key(fields: "id") { id: ID! pages: Int } type Film @key(fields: "id") { id: ID! minutes: Int size: Int! }',
      resolvers: {
        Book: { __resolveReference: () => Promise.reject(new GraphQLError('no book')) },
        Film: { __resolveReference: () => Promise.reject(new GraphQLError('no film')) },
      },
    },
  })
  const query = '{ media { id ... on Book { pages } ... on Film { minutes } } }'
  expect(await graph.run(query)).toMatchObject({
    data: {
      media: [
        { id: 'Book', pages: null },
        { id: 'Film', minutes: null },
      ],
    },
    errors: [
      { message: 'no book', path: ['media', 0, 'pages'] },
      { message: 'no film', path: ['media', 1, 'minutes'] },
    ],
  })
  // One error for a null: the one of the field that must not be null.
  const required = await graph.run('{ media { ... on Film { size } } }')
  expect(required.data).toEqual({ media: [{}, null] })
  expect(required.errors?.map(({ path }) => path)).toEqual([['media', 1, 'size']])
})

test('a failure of a field that only the gateway asked for is reported where the client asked', async () => {
  const product = {
    __typename: 'Product',
    id: '1',
    price: fail('no price'),
    tax: ({ price }: { price?: number }) => price ?? 0,
  }
  const graph = storeGraph(
    {
      a: `type Query { product: Product } type Product @key(fields: "id") { id: ID! price: Int }`,
      b: `type Product @key(fields: "id") { id: ID! price: Int @external tax: Int @requires(fields: "price") }`,
    },
    { root: { product }, records: [product] },
  )
  const { data, errors } = await graph.run('{ product { tax } }')
  expect(data).toEqual({ product: { tax: 0 } })
  expect(errors?.map(({ path }) => path)).toEqual([['product']])
})

test('one failing part of a merged request does not take the others with it', async () => {
  const thing = { __typename: 'Thing', id: 't', size: 1 }
  const person = user('1')
  const graph = storeGraph(
    {
      a: `type Query { me: User thing: Thing } type User @key(fields: "id") { id: ID! } type Thing @key(fields: "id") { id: ID! }`,
      b: `type User @key(fields: "id") { id: ID! name: String! } type Thing @key(fields: "id") { id: ID! size: Int }`,
    },
    { root: { me: person, thing }, records: [person, thing] },
  )
  expect((await graph.run('{ me { name } thing { size } }')).data).toEqual({ me: { name: 'U1' }, thing: { size: 1 } })
  expect(graph.seen.map(({ service }) => service)).toEqual(['a', 'b'])
  graph.refuseMerged('b')
  expect((await graph.run('{ me { name } thing { size } }')).data).toEqual({ me: { name: 'U1' }, thing: { size: 1 } })
  expect(graph.seen.map(({ service }) => service)).toEqual(['a', 'b', 'a', 'b', 'b', 'b'])
})

test('mutations run one after the other, over services', async () => {
  const log: string[] = []
  const step = (name: string) => async () => {
    log.push(`${name} starts`)
    await new Promise((resolve) => setImmediate(resolve))
    log.push(`${name} ends`)
    return log.length
  }
  const graph = storeGraph(
    {
      a: `type Query { a: Int } type Mutation { one: Int three: Int fails: Int }`,
      b: `type Mutation { two: Int }`,
    },
    { root: { one: step('1'), two: step('2'), three: step('3'), fails: fail('refused') }, records: [] },
  )
  const result = await graph.run('mutation { x: one two fails three again: one }')
  expect(result.data).toEqual({ x: 2, two: 4, fails: null, three: 6, again: 8 })
  expect(log).toEqual(['1', '2', '3', '1'].flatMap((n) => [`${n} starts`, `${n} ends`]))
  expect(result.errors?.map(({ message, path }) => [message, path])).toEqual([['refused', ['fails']]])
})

test('ten thousand failures of a service are told in time: one error for each, or one above the many that have one cause', async () => {
  const ids = Array.from({ length: 10_000 }, (_, i) => ({ __typename: 'Item', id: String(i) }))
  const graph = storeGraph(
    {
      a: 'type Query { items: [Item] } type Item @key(fields: "id") { id: ID! }',
      b: 'type Item @key(fields: "id") { id: ID! name: String price: Int! }',
    },
    { root: { items: ids }, records: [] },
  )
  const errors = ids.map((_, i) => ({ message: `no price ${i}`, path: ['_entities', i, 'price'] }))
  graph.answerAlways('b', { data: { _entities: ids.map(() => null) }, errors })
  const each = await graph.run('{ items { id name price } }')
  expect(each.errors?.length).toBeGreaterThanOrEqual(10_000)
  expect(each.errors?.[9_999]).toMatchObject({ message: 'no price 9999', path: ['items', 9_999, 'price'] })

  graph.break('b')
  const nullable = await graph.run('{ items { id name } }')
  const strict = await graph.run('{ all: items { price } }')
  expect(nullable.errors).toHaveLength(101)
  expect(nullable.errors?.[100]).toMatchObject({ path: ['items'], extensions: { furtherPositions: 9_900 } })
  expect(nullable.errors?.[99]?.path).toEqual(['items', 99, 'name'])
  expect(strict.errors).toHaveLength(101)
  expect(strict.errors?.[100]).toMatchObject({ path: ['all'], extensions: { furtherPositions: 9_900 } })
})
