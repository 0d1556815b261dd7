import { expect, test } from 'vitest'
import { type StoreGraph, storeGraph } from './testing/store-graph.ts'

async function same(graph: StoreGraph, query: string, variables?: Record<string, unknown>) {
  const expected = await graph.runMonolith(query, variables)
  expect(expected.errors).toBeUndefined()
  expect(await graph.run(query, variables)).toEqual(expected)
}

test('several keys: each service joins by the key that it knows', async () => {
  const user = { __typename: 'User', id: '1', email: 'a@b.c', name: 'Ada', age: 36, city: 'London' }
  const graph = storeGraph(
    {
      a: `type Query { users: [User!]! } type User @key(fields: "id") { id: ID! name: String! }`,
      b: `type User @key(fields: "id") @key(fields: "email") { id: ID! email: String! age: Int! }`,
      c: `type User @key(fields: "email") { email: String! city: String! }`,
    },
    { root: { users: [user] }, records: [user] },
  )
  await same(graph, '{ users { name age city } }')
  await same(graph, '{ users { city } }')
})

test('composite and nested keys, in lists too', async () => {
  const org = { __typename: 'Org', id: 'o', name: 'Acme' }
  const item = (sku: string, tags: string[]) => ({
    __typename: 'Item',
    sku,
    org,
    parts: tags.map((tag) => ({ __typename: 'Part', tag })),
    label: `${sku}!`,
    stock: tags.length,
  })
  const items = [item('x', ['1', '2']), item('y', [])]
  const graph = storeGraph(
    {
      a: `type Query { items: [Item] } type Org @key(fields: "id") { id: ID! name: String }
          type Part { tag: String @shareable } 
          type Item @key(fields: "sku org { id } parts { tag }") { sku: ID! org: Org! parts: [Part!]! label: String }`,
      b: `type Item @key(fields: "sku org { id } parts { tag }") { sku: ID! org: Org! @shareable parts: [Part!]! @shareable stock: Int }
          type Part { tag: String @shareable } type Org @key(fields: "id", resolvable: false) { id: ID! }`,
    },
    { root: { items: [...items, null] }, records: [...items, org] },
  )
  await same(graph, '{ items { stock label org { name } } }')
})

test('a key that is not resolvable is never asked for', async () => {
  const product = { __typename: 'Product', id: '1', name: 'Table' }
  const graph = storeGraph(
    {
      a: `type Query { product: Product } type Product @key(fields: "id") { id: ID! name: String }`,
      b: `type Query { cart: Cart } type Cart { product: Product } type Product @key(fields: "id", resolvable: false) { id: ID! }`,
    },
    { root: { product, cart: { product } }, records: [product] },
  )
  await same(graph, '{ cart { product { id name } } product { name } }')
  expect(graph.seen.filter(({ service, query }) => service === 'b' && query.includes('_entities'))).toEqual([])
})

test('circular references share one object and still end', async () => {
  const ada: Record<string, unknown> & { __typename: string } = { __typename: 'User', id: '1', name: 'Ada' }
  const bob = { __typename: 'User', id: '2', name: 'Bob', friends: [ada] }
  ada.friends = [bob, ada]
  const graph = storeGraph(
    {
      a: `type Query { me: User } type User @key(fields: "id") { id: ID! name: String }`,
      b: `type User @key(fields: "id") { id: ID! friends: [User!]! }`,
    },
    { root: { me: ada }, records: [ada, bob] },
  )
  await same(graph, '{ me { name friends { name friends { name friends { id name } } } } }')
})

test('entities that several positions share are asked for once and stand at all of them', async () => {
  const author = { __typename: 'User', id: '1', name: 'Ada', address: { __typename: 'Address', city: 'London' } }
  const posts = ['a', 'b', 'c'].map((id) => ({ __typename: 'Post', id, author, editor: author }))
  const graph = storeGraph(
    {
      a: `type Query { posts: [Post!]! } type Post { id: ID! author: User editor: User } type User @key(fields: "id") { id: ID! }`,
      b: `type User @key(fields: "id") { id: ID! name: String address: Address } type Address { city: String }`,
    },
    { root: { posts }, records: [author] },
  )
  await same(graph, '{ posts { author { name address { city } } editor { name address { town: city } } } }')
  const [, entities] = graph.seen
  expect(graph.seen).toHaveLength(2)
  expect(Object.values(entities?.variables ?? {})).toEqual([
    [{ __typename: 'User', id: '1' }],
    [{ __typename: 'User', id: '1' }],
  ])
})

test('an entity that its owner does not know is null there and keeps what others said', async () => {
  const ghost = { __typename: 'User', id: '404' }
  const graph = storeGraph(
    {
      a: `type Query { me: User } type User @key(fields: "id") { id: ID! }`,
      b: `type User @key(fields: "id") { id: ID! name: String }`,
    },
    { root: { me: ghost }, records: [] },
  )
  expect(await graph.run('{ me { id name } }')).toEqual({ data: { me: { id: '404', name: null } } })
})
