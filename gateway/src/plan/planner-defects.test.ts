import { expect, test } from 'vitest'
import { storeGraph } from '../execute/testing/store-graph.ts'

const pricedBy = (price: ({ currency }: { currency: string }) => number) => ({
  __typename: 'Product',
  upc: '1',
  weight: 10,
  price,
})

test('a key with resolvable: false is not used where a resolvable one exists (keys-mashup)', async () => {
  const compositeId = { __typename: 'CompositeID', one: '1', two: '2', three: '3' }
  const a = {
    __typename: 'A',
    id: '1',
    pId: 'p',
    compositeId,
    name: 'a.1',
    nameInB(this: { name?: string }) {
      return `b sees ${this.name}`
    },
  }
  const graph = storeGraph(
    {
      a: `type A @key(fields: "id") @key(fields: "pId", resolvable: false) @key(fields: "compositeId { one two }", resolvable: false)
            @key(fields: "id compositeId { two three }", resolvable: false) { id: ID! pId: ID! compositeId: CompositeID! name: String! }
          type CompositeID { one: ID! two: ID! three: ID! }`,
      b: `type Query { b: B } type B @key(fields: "id") { id: ID! a: [A!]! }
          type A @key(fields: "compositeId { one two }", resolvable: false) @key(fields: "id compositeId { two three }")
            @key(fields: "pId", resolvable: false) @key(fields: "id", resolvable: false) {
            id: ID! pId: ID! compositeId: CompositeID! name: String! @external nameInB: String! @requires(fields: "name") }
          type CompositeID { one: ID! two: ID! three: ID! }`,
    },
    { root: { b: { __typename: 'B', id: '100', a: [a] } }, records: [a] },
  )
  const query = '{ b { id a { id name nameInB } } }'
  const askedOfB = () =>
    graph.seen.flatMap(({ service, variables }) => (service === 'b' ? (variables.representations ?? []) : []))
  const byResolvableKey = { __typename: 'A', id: '1', compositeId: { two: '2', three: '3' }, name: 'a.1' }
  await graph.runStock(query)
  expect(askedOfB()).not.toEqual([byResolvableKey])
  graph.seen.length = 0
  expect(await graph.run(query)).toEqual({
    data: { b: { id: '100', a: [{ id: '1', name: 'a.1', nameInB: 'b sees a.1' }] } },
  })
  expect(askedOfB()).toEqual([byResolvableKey])
})

test('a field that no service can answer is an error, not a silent null (non-resolvable-interface-object)', async () => {
  const graph = storeGraph(
    {
      a: `type Query { a: Node } interface Node @key(fields: "id") { id: ID! }`,
      b: `type Query { b: Node } type Node @interfaceObject @key(fields: "id", resolvable: false) { id: ID! field: String }`,
    },
    { root: { a: { __typename: 'X', id: 'n1' }, b: { __typename: 'Node', id: 'n1', field: 'foo' } }, records: [] },
  )
  expect(await graph.run('{ b { id field } }')).toEqual({ data: { b: { id: 'n1', field: 'foo' } } })
  expect(await graph.runStock('{ a { field } }')).toEqual({ data: { a: null } })
  for (const query of ['{ a { field } }', '{ a { id } }']) {
    const { data, errors } = await graph.run(query)
    expect(errors?.length).toBeGreaterThan(0)
    expect(data?.a ?? null).toBeNull()
  }
})

const posts = () => {
  const comment = (id: string, authorId: string) => ({ __typename: 'Comment', id, authorId, date: 'today' })
  const all = [comment('c1', 'a1'), comment('c2', 'a2'), comment('c3', 'a3')]
  const post = {
    __typename: 'Post',
    id: 'p1',
    comments: ({ limit }: { limit: number }) => all.slice(0, limit),
    author(this: { given?: { comments: { authorId: string }[] } }) {
      const comments = this.given?.comments ?? all
      return { __typename: 'Author', id: comments.map(({ authorId }) => authorId).join() }
    },
  }
  return storeGraph(
    {
      c: `type Query { feed: [Post] } type Post @key(fields: "id") { id: ID! }
          type Comment @key(fields: "id") { id: ID! authorId: ID }`,
      d: `type Post @key(fields: "id") { id: ID! author: Author @requires(fields: "comments(limit: 3) { authorId }") comments(limit: Int!): [Comment] }
          type Comment @key(fields: "id") { id: ID! date: String authorId: ID @external } type Author { id: ID! }`,
    },
    { root: { feed: [post] }, records: [post, ...all] },
  )
}

test.each([
  ['the same field with other arguments', '{ feed { author { id } comments(limit: 1) { id } } }'],
  ['a variable as argument', 'query ($limit: Int = 1) { feed { author { id } comments(limit: $limit) { id } } }'],
  [
    'fragments',
    'query ($limit: Int = 1) { feed { author { id } ...A ...B } } fragment A on Post { comments(limit: $limit) { id } } fragment B on Post { comments(limit: $limit) { date } }',
  ],
  ['an alias equal to a required field', '{ feed { author { id } comments: id } }'],
  ['an alias equal to a key', '{ feed { id: __typename comments(limit: 2) { id: date } author { id } } }'],
])('@requires with arguments keeps apart from %s (requires-with-argument)', async (_, query) => {
  const graph = posts()
  const expected = await graph.runMonolith(query)
  expect(expected.errors).toBeUndefined()
  expect(await graph.runStock(query)).not.toEqual(expected)
  expect(await graph.run(query)).toEqual(expected)
})

test('fields that require one field with different arguments (requires-with-argument-conflict)', async () => {
  const converted = (currency: string) =>
    function (this: { price: number | ((args: { currency: string }) => number); weight: number }) {
      return (typeof this.price === 'function' ? this.price({ currency }) : this.price) * this.weight
    }
  const product = {
    ...pricedBy(({ currency }) => (currency === 'EUR' ? 20 : 10)),
    name: 'Table',
    estimate: converted('USD'),
    estimateEUR: converted('EUR'),
  }
  const graph = storeGraph(
    {
      a: `type Product @key(fields: "upc") { upc: ID! weight: Int @external price(currency: String!): Int @external
            estimate: Int @requires(fields: "price(currency: \\"USD\\") weight") estimateEUR: Int @requires(fields: "price(currency: \\"EUR\\") weight") }`,
      b: `type Query { products: [Product] } type Product @key(fields: "upc") { upc: ID! name: String price(currency: String!): Int weight: Int }`,
    },
    { root: { products: [product] }, records: [product] },
  )
  const query = '{ products { upc name estimate ... on Product { estimateEUR } price(currency: "EUR") } }'
  const expected = { data: { products: [{ upc: '1', name: 'Table', estimate: 100, estimateEUR: 200, price: 20 }] } }
  expect(await graph.runStock(query)).not.toEqual(expected)
  expect(await graph.run(query)).toEqual(expected)
  // Planned as several queries, so nothing can be deferred.
  expect(
    await graph.runInParts('{ products { upc ...E @defer } } fragment E on Product { estimate estimateEUR }'),
  ).toEqual({
    initial: { data: { products: [{ upc: '1', estimate: 100, estimateEUR: 200 }] } },
    later: [],
  })
})

test('a mutation whose fields require one field with different arguments runs once', async () => {
  let runs = 0
  const told = (length: number) =>
    function (this: { text: string | ((args: { length: number }) => string) }) {
      return `told ${typeof this.text === 'function' ? this.text({ length }) : this.text}`
    }
  const note = {
    __typename: 'Note',
    id: '1',
    text: ({ length }: { length: number }) => 'abcdef'.slice(0, length),
    short: told(2),
    long: told(4),
  }
  const change = ({ by }: { by: number }) => {
    runs += by
    return [note, null]
  }
  const graph = storeGraph(
    {
      notes: `type Query { note: Note } type Mutation { change(by: Int!): [Note] again(by: Int!): [Note] }
        type Note @key(fields: "id") { id: ID! text(length: Int!): String }`,
      tales: `type Note @key(fields: "id") { id: ID! text(length: Int!): String @external
        short: String @requires(fields: "text(length: 2)") long: String @requires(fields: "text(length: 4)") }`,
    },
    { root: { note, change, again: change }, records: [note] },
  )
  const query = `mutation ($by: Int!) { change(by: $by) { short long text(length: 3) ... on Note { id: long } }
    again(by: 5) { long } again(by: 5) { short } }`
  const expected = await graph.runMonolith(query, { by: 1 })
  expect(runs).toBe(6)
  expect(await graph.run(query, { by: 1 })).toEqual(expected)
  expect(runs).toBe(12)
  expect(expected.data?.change).toEqual([{ short: 'told ab', long: 'told abcd', text: 'abc', id: 'told abcd' }, null])
})

test('a fragment on another interface, where an object is known as an @interfaceObject only', async () => {
  const priced = (__typename: string, id: string) => ({ __typename, __interfaces: ['Media'], id, price: 2, stars: 5 })
  const [book, film, song] = [priced('Book', '1'), priced('Film', '2'), priced('Song', '3')]
  const graph = storeGraph(
    {
      ratings: `type Query { best: [Media] } type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int }`,
      library: `interface Media @key(fields: "id") { id: ID! } interface Priced { price: Int }
        type Book implements Media & Priced @key(fields: "id") { id: ID! price: Int } type Song implements Media @key(fields: "id") { id: ID! }
        type Film implements Media & Priced @key(fields: "id") { id: ID! price: Int }`,
    },
    { root: { best: [book, film, song] }, records: [book, film, song] },
  )
  for (const query of [
    '{ best { ... on Priced { price } } }',
    '{ best { stars ...P } } fragment P on Priced { __typename ... on Priced { price } ... on Film { id } }',
    '{ best { ... on Book { stars } ... on Priced @include(if: true) { ... on Media { id } price } } }',
  ]) {
    expect(await graph.run(query)).toEqual(await graph.runMonolith(query))
    const stock = await graph.runStock(query).catch((error: unknown) => ({ errors: [error] }))
    expect(stock.errors?.length).toBeGreaterThan(0)
  }
})
