import { expect, test } from 'vitest'
import { type StoreGraph, storeGraph } from './testing/store-graph.ts'

async function same(graph: StoreGraph, query: string, variables?: Record<string, unknown>) {
  const expected = await graph.runMonolith(query, variables)
  expect(expected.errors).toBeUndefined()
  expect(await graph.run(query, variables)).toEqual(expected)
}

test('@interfaceObject adds fields to every implementation without knowing one', async () => {
  const media = (__typename: string, id: string) => ({
    __typename,
    __interfaces: ['Media'],
    id,
    title: `T${id}`,
    stars: 4,
  })
  const [book, film] = [
    { ...media('Book', '1'), pages: 9 },
    { ...media('Film', '2'), minutes: 90 },
  ]
  const graph = storeGraph(
    {
      library: `type Query { all: [Media!]! book: Book } interface Media @key(fields: "id") { id: ID! title: String! }
        type Book implements Media @key(fields: "id") { id: ID! title: String! pages: Int }
        type Film implements Media @key(fields: "id") { id: ID! title: String! minutes: Int }`,
      reviews: `type Query { best: Media } type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int! }`,
    },
    { root: { all: [book, film], book, best: film }, records: [book, film] },
  )
  await same(graph, '{ all { id stars } }')
  await same(graph, '{ all { __typename title stars ... on Book { pages stars } ... on Film { length: minutes } } }')
  await same(graph, '{ book { stars title } }')
  await same(graph, '{ best { id stars } }')
  await same(graph, '{ best { __typename id title stars ... on Film { minutes } } }')
})

test('unions and interfaces whose members are spread over services', async () => {
  const dog = { __typename: 'Dog', id: 'd', name: 'Rex', bark: 'Wuff', age: 3 }
  const cat = { __typename: 'Cat', id: 'c', name: 'Tom', meow: 'Miau', age: 5 }
  const graph = storeGraph(
    {
      a: `type Query { pets: [Pet!]! owners: [Named!]! } union Pet = Dog | Cat interface Named { name: String }
        type Dog implements Named @key(fields: "id") { id: ID! name: String bark: String } type Cat implements Named @key(fields: "id") { id: ID! name: String @shareable }`,
      b: `type Query { found: [Pet] } union Pet = Cat type Cat @key(fields: "id") { id: ID! name: String @shareable meow: String age: Int } type Dog @key(fields: "id") { id: ID! age: Int }`,
    },
    { root: { pets: [dog, cat, dog], owners: [cat, dog], found: [cat, null] }, records: [dog, cat] },
  )
  await same(graph, '{ pets { __typename ... on Dog { name bark age } ... on Cat { meow age } } }')
  await same(graph, '{ pets { ... on Named { name } ... on Dog { x: bark } ... on Cat { x: meow } } }')
  await same(
    graph,
    '{ owners { name kind: __typename ... on Cat { age } } found { ... on Cat { name meow } ... on Dog { age } } }',
  )
})

test('fields of one alias on different types stay apart', async () => {
  const a = { __typename: 'A', id: '1', text: 'a', n: 1 }
  const b = { __typename: 'B', id: '2', text: ['b'], n: '2' }
  const graph = storeGraph(
    {
      a: `type Query { both: [AB!]! } union AB = A | B type A @key(fields: "id") { id: ID! text: String } type B @key(fields: "id") { id: ID! text: [String] }`,
      b: `type A @key(fields: "id") { id: ID! n: Int } type B @key(fields: "id") { id: ID! n: String }`,
    },
    { root: { both: [a, b] }, records: [a, b] },
  )
  // The planner must alias these for the service, because their types cannot merge in one selection set.
  const query = '{ both { ... on A { text n } ... on B { list: text m: n } } }'
  await same(graph, query)
})

test('@inaccessible types and enum values are null; an error tells only where null is not allowed', async () => {
  const graph = storeGraph(
    {
      a: `type Query { things: [Thing] level: Level sizes: [Level!] } union Thing = Seen | Hidden
        type Seen { a: Int } type Hidden @inaccessible { a: Int } enum Level { LOW HIGH @inaccessible }`,
    },
    {
      root: {
        things: [
          { __typename: 'Seen', a: 1 },
          { __typename: 'Hidden', a: 2 },
        ],
        level: 'HIGH',
        sizes: ['LOW', 'HIGH'],
      },
      records: [],
    },
  )
  const result = await graph.run('{ things { ... on Seen { a } } level sizes }')
  expect(result.data).toEqual({ things: [{ a: 1 }, null], level: null, sizes: null })
  expect(result.errors?.map(({ path }) => path)).toEqual([['sizes', 1]])
  expect(graph.engine.schema.getType('Hidden')).toBeUndefined()
})

test('enums and inputs that differ between services', async () => {
  const graph = storeGraph(
    {
      a: `type Query { a(filter: Filter): String } input Filter { text: String! limit: Int } enum Out { X Y } type Thing @shareable { out: Out }`,
      b: `type Query { b(filter: Filter): Thing } input Filter { text: String! } enum Out { X Y Z } type Thing @shareable { out: Out }`,
    },
    {
      root: {
        a: ({ filter }: { filter: unknown }) => JSON.stringify(filter),
        b: ({ filter }: { filter: { text: string } }) => ({ __typename: 'Thing', out: filter.text }),
      },
      records: [],
    },
  )
  await same(graph, 'query ($f: Filter) { a(filter: $f) b(filter: $f) { out } }', { f: { text: 'Z' } })
  await same(graph, '{ a(filter: { text: "q" }) b(filter: { text: "X" }) { out } }')
  expect(
    (await graph.run('query ($f: Filter) { a(filter: $f) }', { f: { text: 1 } })).errors?.[0]?.extensions.code,
  ).toBe('BAD_USER_INPUT')
})

test('@shareable root fields and values', async () => {
  const product = {
    __typename: 'Product',
    id: '1',
    name: 'N',
    price: 3,
    position: { __typename: 'Position', x: 1, y: 2 },
  }
  const position = 'type Position @shareable { x: Int! y: Int! }'
  const graph = storeGraph(
    {
      a: `type Query { product: Product @shareable } type Product @key(fields: "id") { id: ID! name: String @shareable position: Position @shareable } ${position}`,
      b: `type Query { product: Product @shareable } type Product @key(fields: "id") { id: ID! price: Int name: String @shareable position: Position @shareable } ${position}`,
    },
    { root: { product }, records: [product] },
  )
  await same(graph, '{ product { name position { x y } } }')
  expect(graph.seen).toHaveLength(1)
  await same(graph, '{ product { name price position { x } } }')
})
