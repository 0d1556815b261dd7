import { describe, expect, test } from 'vitest'
import { federatedGraph } from '../execute/testing/federated-graph.ts'
import { storeGraph } from '../execute/testing/store-graph.ts'
import { compose } from '../supergraph/compose.ts'

type Source = Record<string, unknown>

/** The value of a field of a record, which in a service is a representation's and in the monolith may be a function. */
const read = (source: Source, field: string, args: object = {}) => {
  const own = source[field]
  return typeof own === 'function' ? own.call(source, args) : own
}

const price = ({ currency }: { currency: string }) => `price ${currency}`
const priced = (field: string, currency: string) =>
  function (this: Source) {
    return `${field} of ${read(this, 'price', { currency })}`
  }
const through = (field: string, other: string) =>
  function (this: Source) {
    return `${field} of ${read(this, other)}`
  }

const maker = {
  __typename: 'Maker',
  id: '1',
  price,
  inEuros: priced('inEuros', 'EUR'),
}
const product = {
  __typename: 'Product',
  upc: '1',
  price,
  maker,
  inEuros: priced('inEuros', 'EUR'),
  inDollars: priced('inDollars', 'USD'),
  label: through('label', 'inEuros'),
  offer(this: Source) {
    return `offer of ${read(this, 'label')} and ${read(this, 'price', { currency: 'USD' })}`
  },
  dear(this: { maker: Source }) {
    return `dear at ${read(this.maker, 'price', { currency: 'USD' })}`
  },
}

const sdlOf = {
  catalog: `type Query { product: Product } type Maker @key(fields: "id") { id: ID! price(currency: String!): String }
    type Product @key(fields: "upc") { upc: ID! price(currency: String!): String maker: Maker }`,
  prices: `type Maker @key(fields: "id") { id: ID! price(currency: String!): String @external inEuros: String @requires(fields: "price(currency: \\"EUR\\")") }
    type Product @key(fields: "upc") { upc: ID! price(currency: String!): String @external maker: Maker @external
      inEuros: String @requires(fields: "price(currency: \\"EUR\\")") dear: String @requires(fields: "maker { price(currency: \\"USD\\") }") }`,
  labels: `type Product @key(fields: "upc") { upc: ID! price(currency: String!): String @external inEuros: String @external
      label: String @requires(fields: "inEuros") inDollars: String @requires(fields: "price(currency: \\"USD\\")") }`,
}
const store = { root: { product }, records: [product, maker] }

test.each([
  '{ product { label inDollars } }',
  '{ product { inDollars label price(currency: "GBP") } }',
  '{ product { ...L ... on Product { inDollars } inEuros } } fragment L on Product { label upc: inDollars }',
  '{ product { dear maker { inEuros } } }',
  '{ product { maker { inEuros price(currency: "GBP") } dear maker { id } } }',
  '{ product { maker: upc dear inDollars inEuros } again: product { inEuros } }',
])('what fields require through others is kept apart: %s', async (query) => {
  const graph = storeGraph(sdlOf, store)
  const expected = await graph.runMonolith(query)
  expect(expected.errors).toBeUndefined()
  expect(await graph.runStock(query)).not.toEqual(expected)
  expect(await graph.run(query)).toEqual(expected)
})

describe('a field that requires one field with two arguments, through a chain', () => {
  const offers = `type Product @key(fields: "upc") { upc: ID! price(currency: String!): String @external label: String @external
    offer: String @requires(fields: "label price(currency: \\"USD\\")") }`

  test('is refused, and costs operations without it nothing', async () => {
    const graph = storeGraph({ ...sdlOf, offers }, store)
    const { data, errors } = await graph.run('{ product { upc offer } }')
    expect(data ?? null).toBeNull()
    expect(errors?.map(({ message }) => message)).toEqual([expect.stringMatching(/^Product\.offer cannot be computed/)])
    expect(graph.seen).toEqual([])
    const other = '{ product { label inDollars } }'
    expect(await graph.run(other)).toEqual(await graph.runMonolith(other))
  })

  test('does not compose', () => {
    const link =
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])\n'
    const definitions = (sdl: Record<string, string>) =>
      Object.entries(sdl).map(([name, text]) => ({ name, url: `http://${name}.test/`, sdl: link + text }))
    expect(compose(definitions(sdlOf)).errors).toBeUndefined()
    expect(compose(definitions({ ...sdlOf, offers })).errors).toEqual([
      expect.stringMatching(/^Product\.offer cannot be computed/),
    ])
  })
})

test('a subscription whose fields require contradictory arguments is refused before it starts', async () => {
  const graph = federatedGraph({
    a: {
      sdl: 'type Query { a: Int } type Subscription { changed: Product } type Product @key(fields: "upc") { upc: ID! price(currency: String!): String }',
      resolvers: { Subscription: { changed: { subscribe: () => expect.fail('must not be asked') } } },
    },
    b: {
      sdl: `type Product @key(fields: "upc") { upc: ID! price(currency: String!): String @external
        inEuros: String @requires(fields: "price(currency: \\"EUR\\")") inDollars: String @requires(fields: "price(currency: \\"USD\\")") }`,
      resolvers: {},
    },
  })
  const result = await graph.subscribe('subscription { changed { inEuros inDollars } }')
  expect(result).toMatchObject({ errors: [{ message: expect.stringMatching(/contradictory arguments/) }] })
})
