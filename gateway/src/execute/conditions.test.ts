import { expect, test } from 'vitest'
import { storeGraph } from './testing/store-graph.ts'

function shop() {
  const maker = { __typename: 'Maker', id: 'm', name: 'Ada', city: 'Paris' }
  const product = (id: string) => ({
    __typename: 'Product',
    __interfaces: ['Item'],
    id,
    name: `P${id}`,
    size: 3,
    maker,
    label(this: { size: number }) {
      return `size ${this.size}`
    },
  })
  const products = [product('1'), product('2')]
  return storeGraph(
    {
      a: `type Query { products(first: Int): [Product] item: Item count: Int } type Mutation { one: Int two: Product } interface Item { name: String }
        type Product implements Item @key(fields: "id") { id: ID! name: String maker: Maker } type Maker @key(fields: "id") { id: ID! name: String }`,
      b: `type Query { hello(to: String): String } type Mutation { three: Int }
        type Product @key(fields: "id") { id: ID! size: Int label: String } type Maker @key(fields: "id") { id: ID! city: String }`,
    },
    {
      root: {
        products: ({ first }: { first?: number }) => products.slice(0, first ?? 9),
        item: products[0],
        count: 2,
        hello: ({ to }: { to?: string }) => `hello ${to}`,
        one: 1,
        two: products[1],
        three: 3,
      },
      records: [...products, maker],
    },
  )
}

const conditionsOf = ['@skip(if: $x)', '@include(if: $x)', '@skip(if: $x) @include(if: $y)', '@include(if: $y)']

test.each(conditionsOf)('%s decides as in a monolith, wherever it stands', async (condition) => {
  const graph = shop()
  const variables = { x: 'Boolean!', y: 'Boolean = true', n: 'Int = 1', to: 'String' }
  const queries = [
    `{ count ${condition} hello }`,
    `{ count ${condition} }`,
    `{ ... ${condition} { count products(first: $n) { size } } hello(to: $to) ${condition} }`,
    `{ products { id size ${condition} maker ${condition} { city } } }`,
    `{ products { id ... on Product ${condition} { label maker { name city ${condition} } } } }`,
    `{ products ${condition} { name } products { size } }`,
    `{ products { ...P ${condition} size } } fragment P on Product { name maker { city } }`,
    `{ products { ...P ...P ${condition} } } fragment P on Product { maker { city ${condition} id } }`,
    `{ item { name ... on Product ${condition} { size } __typename ${condition} } }`,
    `{ item { ... on Product { size ${condition} } } __typename ${condition} }`,
    `{ products { maker { city ${condition} } } __schema ${condition} { queryType { name } } }`,
  ]
  for (const query of queries) {
    const definitions = Object.entries(variables).filter(([name]) => query.includes(`$${name}`))
    const text = `query (${definitions.map(([name, type]) => `$${name}: ${type}`).join(', ')}) ${query}`
    for (const x of [true, false]) {
      for (const y of [true, false]) {
        const expected = await graph.runMonolith(text, { x, y, to: 'you' })
        expect(expected.errors).toBeUndefined()
        expect(await graph.run(text, { x, y, to: 'you' }), `${text} ${x} ${y}`).toEqual(expected)
      }
    }
  }
})

test('what is left out reaches no service, and leaves out no mutation beside it', async () => {
  const graph = shop()
  await graph.run('query ($x: Boolean!) { products { id size @include(if: $x) } hello @skip(if: true) }', { x: false })
  expect(graph.seen.map(({ service }) => service)).toEqual(['a'])
  const mutation =
    'mutation ($x: Boolean!) { one @skip(if: $x) two { size @include(if: $x) name } three @include(if: $x) }'
  for (const x of [true, false])
    expect(await graph.run(mutation, { x })).toEqual(await graph.runMonolith(mutation, { x }))
})

test('an operation of which everything is left out has empty data', async () => {
  const graph = shop()
  expect(await graph.run('query ($x: Boolean!) { count @skip(if: $x) hello @skip(if: $x) }', { x: true })).toEqual({
    data: {},
  })
  expect(graph.seen).toEqual([])
})
