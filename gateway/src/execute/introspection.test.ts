import { getIntrospectionQuery } from 'graphql'
import { expect, test } from 'vitest'
import { storeGraph } from './testing/store-graph.ts'

const graph = () =>
  storeGraph(
    {
      a: `type Query { product(by: Filter, old: Int @deprecated(reason: "use by")): Item secret: Hidden @inaccessible }
        input Filter { text: String = "x" only: Int @inaccessible } "What is sold." interface Item { id: ID! }
        type Product implements Item @key(fields: "id") { "Unique." id: ID! price: Int @deprecated kind: Kind internal: Int @inaccessible }
        enum Kind { NEW OLD @deprecated HIDDEN @inaccessible } type Hidden @inaccessible { id: ID } scalar Day @specifiedBy(url: "https://day.test/")`,
      b: `type Product @key(fields: "id") { id: ID! stock: Int on: Day } scalar Day @specifiedBy(url: "https://day.test/") union Any = Product
        type Query { any: [Any!] } type Subscription { ticked: Int }`,
    },
    { root: { any: [{ __typename: 'Product', id: '1' }] }, records: [] },
  )

test.each([
  ['all of it', getIntrospectionQuery({ specifiedByUrl: true, inputValueDeprecation: true })],
  [
    'one type',
    '{ __type(name: "Product") { name fields(includeDeprecated: true) { name isDeprecated type { ofType { name } } } interfaces { name } } }',
  ],
  [
    'a type that clients do not see',
    '{ hidden: __type(name: "Hidden") { name } enum: __type(name: "Kind") { enumValues(includeDeprecated: true) { name } } }',
  ],
  [
    'beside data, in fragments and under aliases',
    '{ any { __typename ... on Product { id t: __typename } } ...S kind: __typename } fragment S on Query { s: __schema { q: queryType { name } } }',
  ],
  [
    'by variables',
    'query ($name: String! = "Filter", $all: Boolean = true) { __type(name: $name) { inputFields(includeDeprecated: $all) { name defaultValue } } }',
  ],
])('%s, as of a monolith', async (_, query) => {
  const { run, runMonolith } = graph()
  const expected = await runMonolith(query)
  expect(expected.errors).toBeUndefined()
  expect(JSON.parse(JSON.stringify(await run(query)))).toEqual(expected)
})
