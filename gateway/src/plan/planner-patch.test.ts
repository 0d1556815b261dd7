import { collectVariablesInValue, operationFromDocument, Variable } from '@apollo/federation-internals'
import { parse } from 'graphql'
import { beforeAll, describe, expect, test } from 'vitest'
import { placedFetches } from '../execute/sharing.ts'
import { composeSupergraph } from '../execute/testing/federated-graph.ts'
import { storeGraph } from '../execute/testing/store-graph.ts'
import { loadSupergraph } from '../supergraph/load.ts'
import { loadUnpatchedPlanner } from './testing/unpatched-planner.ts'

type SdlOf = Readonly<Record<string, string>>

let unpatched: Awaited<ReturnType<typeof loadUnpatchedPlanner>>

beforeAll(async () => {
  unpatched = await loadUnpatchedPlanner()
})

/** The queries that the published planner would send, one per fetch, in the plan's order. */
function planWithoutPatch(sdlOf: SdlOf, query: string): string[] {
  const services = Object.entries(sdlOf).map(([name, sdl]) => [name, { sdl, resolvers: {} }])
  const { supergraph, planningSchema } = loadSupergraph(composeSupergraph(Object.fromEntries(services)))
  const operation = operationFromDocument(planningSchema, parse(query))
  const { node } = new unpatched.QueryPlanner(supergraph).buildQueryPlan(operation)
  if (node?.kind === 'Subscription') throw new Error('A query has no subscription')
  return placedFetches(node).map(({ fetch }) => `${fetch.serviceName} ${fetch.operation}`)
}

describe('a member of a union that only the nearer service knows', () => {
  const shared = 'type Index @shareable { entries: [Entry!]! } type Word @shareable { text: String }'
  const sdlOf = {
    shelf: `type Query { volume: Volume } type Volume @key(fields: "id") { id: ID! index: Index @shareable }
      ${shared} union Entry = Word | Page type Page { number: Int }`,
    scans: `type Volume @key(fields: "id") { id: ID! index: Index @shareable scans: Int }
      ${shared} union Entry = Word | Image type Image { url: String }`,
  }
  const entries = [
    { __typename: 'Word', text: 'w' },
    { __typename: 'Page', number: 7 },
  ]
  const volume = { __typename: 'Volume', id: '1', index: { __typename: 'Index', entries } }

  test.each(['', '... on Image { url }'])('keeps its fields, beside those of a word and %j', async (image) => {
    const query = `{ volume { index { entries { __typename ... on Word { text } ... on Page { number } ${image} } } } }`
    const graph = storeGraph(sdlOf, { root: { volume }, records: [volume] })
    expect(await graph.run(query)).toEqual(await graph.runMonolith(query))
    expect(graph.seen.map(({ service }) => service)).toEqual(['shelf'])
    expect(planWithoutPatch(sdlOf, query).join()).not.toContain('number')
  })
})

describe('a chain of @requires over a key that another service must give first', () => {
  const made = (field: string) =>
    function (this: Record<string, unknown>) {
      const own = this[field]
      return `${field}: ${typeof own === 'function' ? own.call(this) : own}`
    }
  const parcel = {
    __typename: 'Parcel',
    id: '1',
    sku: 's',
    weight: 3,
    size: 1,
    price: made('weight'),
    invoice: made('price'),
  }
  const query = '{ parcel { invoice } }'
  const run = (sdlOf: SdlOf) => storeGraph(sdlOf, { root: { parcel }, records: [parcel] }).run(query)
  const right = { data: { parcel: { invoice: 'price: weight: 3' } } }

  test('asks each service for what it can resolve only', async () => {
    const sdlOf = {
      orders: `type Query { parcel: Parcel } type Parcel @key(fields: "id") { id: ID! }`,
      prices: `type Parcel @key(fields: "id") @key(fields: "sku") { id: ID! sku: String! weight: Int @external price: String @requires(fields: "weight") }`,
      store: `type Parcel @key(fields: "sku") { sku: String! weight: Int price: String @external invoice: String @requires(fields: "price") }`,
    }
    expect(await run(sdlOf)).toEqual(right)
    const [, second] = planWithoutPatch(sdlOf, query)
    expect(second).toMatch(/^prices .*weight/)
  })

  test('asks the service that gives the key for what it computes only when a third one has answered', async () => {
    const sdlOf = {
      orders: `type Query { parcel: Parcel } type Parcel @key(fields: "id") { id: ID! weight: Int }`,
      prices: `type Parcel @key(fields: "id") @key(fields: "sku") { id: ID! sku: String! weight: Int @external price: String @requires(fields: "weight") size: Int }`,
      store: `type Parcel @key(fields: "sku") { sku: String! price: String @external size: Int @external invoice: String @requires(fields: "size price") }`,
    }
    expect(await run(sdlOf)).toEqual(right)
    const [, second, third] = planWithoutPatch(sdlOf, query)
    expect(second).toMatch(/^prices .*price/)
    expect(third).toMatch(/^orders .*weight/)
  })
})

test('what lies in lists within lists is met once, not twice at each level', () => {
  let value: unknown = new Variable('v')
  for (let level = 0; level < 12; level++) value = [value]
  let met = 0
  collectVariablesInValue(value, { add: () => met++ } as unknown as Parameters<typeof collectVariablesInValue>[1])
  expect(met).toBe(1)
})
