import { expect, test, vi } from 'vitest'
import type { EngineMetrics } from './metrics.ts'
import { composeSupergraph, federatedGraph, type TestServices } from './testing/federated-graph.ts'

const products = new Map([
  ['1', { upc: '1', name: 'Table', price: 899 }],
  ['2', { upc: '2', name: 'Couch', price: 1299 }],
])

const shopServices: TestServices = {
  products: {
    sdl: `
        type Query { topProducts(first: Int = 5): [Product!]! product(upc: ID!): Product }
        type Product @key(fields: "upc") { upc: ID! name: String! price: Int! }`,
    resolvers: {
      Query: {
        topProducts: (_: unknown, { first }: { first: number }) => [...products.values()].slice(0, first),
        product: (_: unknown, { upc }: { upc: string }) => products.get(upc) ?? null,
      },
      Product: { __resolveReference: ({ upc }: { upc: string }) => products.get(upc) ?? null },
    },
  },
  reviews: {
    sdl: `
        type Query { reviews: [Review!]! }
        type Mutation { addReview(upc: ID!, body: String!): Review! }
        type Subscription { reviewAdded: Review! }
        type Review { id: ID! body: String! product: Product! }
        type Product @key(fields: "upc") { upc: ID! reviews: [Review!]! }`,
    resolvers: {
      Query: { reviews: () => reviews },
      Mutation: { addReview: (_: unknown, { upc, body }: { upc: string; body: string }) => review('9', upc, body) },
      Subscription: {
        reviewAdded: {
          subscribe: async function* () {
            yield { reviewAdded: review('7', '2', 'Soft') }
            yield { reviewAdded: review('8', '1', 'Flat') }
          },
        },
      },
      Product: { reviews: ({ upc }: { upc: string }) => reviews.filter((each) => each.product.upc === upc) },
    },
  },
}

const shop = (metrics?: EngineMetrics) => federatedGraph(shopServices, metrics)

const review = (id: string, upc: string, body: string) => ({ id, body, product: { __typename: 'Product', upc } })
const reviews = [review('1', '1', 'Good'), review('2', '1', 'Bad'), review('3', '2', 'Fine')]

test('joins entities over services and asks for each distinct entity once', async () => {
  const graph = shop()
  const result = await graph.run('{ reviews { body product { title: name price } } }')
  expect(result).toEqual({
    data: {
      reviews: [
        { body: 'Good', product: { title: 'Table', price: 899 } },
        { body: 'Bad', product: { title: 'Table', price: 899 } },
        { body: 'Fine', product: { title: 'Couch', price: 1299 } },
      ],
    },
  })
  expect(graph.seen.at(-1)?.variables.representations).toHaveLength(2)
})

test('decides @skip and @include from variables', async () => {
  const graph = shop()
  const query =
    'query ($yes: Boolean!) { topProducts(first: 1) { upc name @include(if: $yes) ... @skip(if: $yes) { price } } }'
  expect((await graph.run(query, { yes: true })).data).toEqual({ topProducts: [{ upc: '1', name: 'Table' }] })
  expect((await graph.run(query, { yes: false })).data).toEqual({ topProducts: [{ upc: '1', price: 899 }] })
})

test('runs a mutation and joins its result', async () => {
  const result = await shop().run('mutation { addReview(upc: "2", body: "Nice") { id product { name } } }')
  expect(result).toEqual({ data: { addReview: { id: '9', product: { name: 'Couch' } } } })
})

test('runs the rest of the plan for each event of a subscription', async () => {
  const stream = await shop().subscribe('subscription { reviewAdded { body product { name } } }')
  if (!(Symbol.asyncIterator in stream)) throw new Error('expected a stream')
  const events = []
  for await (const event of stream) events.push(event.data)
  expect(events).toEqual([
    { reviewAdded: { body: 'Soft', product: { name: 'Couch' } } },
    { reviewAdded: { body: 'Flat', product: { name: 'Table' } } },
  ])
})

test('answers introspection and the type of the root without a service', async () => {
  const graph = shop()
  const result = await graph.run(
    '{ kind: __typename __type(name: "Product") { name fields { name } } __schema { queryType { name } } }',
  )
  expect(result.data).toEqual({
    kind: 'Query',
    __type: { name: 'Product', fields: ['upc', 'name', 'price', 'reviews'].map((name) => ({ name })) },
    __schema: { queryType: { name: 'Query' } },
  })
  expect(graph.seen).toEqual([])
})

test('plans an operation once per outcome of its conditions, and again after a swap before anybody asks', async () => {
  const planned = vi.fn()
  const graph = shop({ planned })
  const query = 'query ($yes: Boolean!, $n: Int) { topProducts(first: $n) { upc name @include(if: $yes) } }'
  await graph.run(query, { yes: true, n: 1 })
  await graph.run(query, { yes: true, n: 2 })
  expect(planned).toHaveBeenCalledTimes(1)
  await graph.run(query, { yes: false, n: 2 })
  expect(planned).toHaveBeenCalledTimes(2)
  graph.engine.update(composeSupergraph(shopServices))
  await vi.waitFor(() => expect(planned).toHaveBeenCalledTimes(4))
  await graph.run(query, { yes: true, n: 1 })
  expect(planned).toHaveBeenCalledTimes(4)
})

test('sends what one instant asks of a service in one request, and nothing that nobody waits for alone', async () => {
  const graph = shop()
  const result = await graph.run('{ topProducts { reviews { product { name } } } reviews { product { price } } }')
  expect(result.errors).toBeUndefined()
  expect(graph.seen.map(({ service }) => service).sort()).toEqual(['products', 'products', 'reviews', 'reviews'])
})

test('names that could reach into the gateway do not', async () => {
  const graph = shop()
  const { data } = await graph.run('{ __proto__: topProducts(first: 1) { __proto__: upc } }')
  expect(JSON.stringify(data)).toBe('{"__proto__":[{"__proto__":"1"}]}')
  const reserved = await graph.run('query ($representations: ID!) { product(upc: $representations) { upc } }', {
    representations: '1',
  })
  expect(reserved.errors?.[0]?.message).toMatch(/reserved/)
})
