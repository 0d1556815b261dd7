import { expect, test } from 'vitest'
import { type StoreGraph, storeGraph } from './testing/store-graph.ts'

async function same(graph: StoreGraph, query: string, variables?: Record<string, unknown>) {
  const expected = await graph.runMonolith(query, variables)
  expect(expected.errors).toBeUndefined()
  expect(await graph.run(query, variables)).toEqual(expected)
}

test('a service is entered by one key and left by another, over several services', async () => {
  const parcel = {
    __typename: 'Parcel',
    id: '1',
    sku: 's',
    code: 'c',
    weight: 3,
    price: 4,
    route: { __typename: 'Route', name: 'R', parcel: {} },
  }
  parcel.route.parcel = parcel
  const graph = storeGraph(
    {
      a: `type Query { parcel: Parcel } type Parcel @key(fields: "id") { id: ID! }`,
      b: `type Parcel @key(fields: "id") @key(fields: "sku") { id: ID! sku: String! }`,
      c: `type Parcel @key(fields: "sku") @key(fields: "code") { sku: String! code: String! weight: Int }`,
      d: `type Parcel @key(fields: "code") { code: String! price: Int route: Route } type Route { name: String parcel: Parcel }`,
    },
    { root: { parcel }, records: [parcel] },
  )
  await same(graph, '{ parcel { price } }')
  await same(graph, '{ parcel { price weight route { name parcel { id weight route { parcel { sku } } } } } }')
})

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

test('null keys: an entity without the key that others know it by is null there, in lists and in composite keys', async () => {
  const shelf = { __typename: 'Shelf', code: 'c' }
  const book = (id: string, upc: string | null, at: unknown) => ({
    __typename: 'Book',
    id,
    upc,
    at,
    title: upc && `T${upc}`,
    pages: at && 9,
  })
  const books = [book('1', '1', shelf), book('2', null, null), book('3', '3', null)]
  const graph = storeGraph(
    {
      a: `type Query { books: [Book] } type Book @key(fields: "upc") @key(fields: "id at { code }") { id: ID! upc: String at: Shelf } type Shelf @shareable { code: String }`,
      b: `type Book @key(fields: "upc") { upc: String title: String }`,
      c: `type Book @key(fields: "id at { code }") { id: ID! at: Shelf pages: Int } type Shelf @shareable { code: String }`,
    },
    // The services know no book by a key of null.
    {
      root: { books: [...books, null] },
      records: books.filter(({ upc, at }) => upc !== null && at !== null).concat(books[2] ?? []),
    },
  )
  await same(graph, '{ books { title } }')
  await same(graph, '{ books { id pages at { code } title } }')
  await same(graph, '{ books { upc: title t: upc } }')
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
