import fc from 'fast-check'
import { GraphQLError, parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { isJsonObject, type JsonObject } from './json.ts'
import { mergeInto } from './merge.ts'
import { arbitraryQuery } from './testing/arbitrary-query.ts'
import { compareRandomGraphs } from './testing/random-graphs.ts'
import { type StoreRecord, storeGraph } from './testing/store-graph.ts'

type Mutable = StoreRecord & Record<string, unknown>

function market() {
  const fail = (what: string) => () => {
    throw new GraphQLError(`no ${what}`)
  }
  const product = (id: string, kind: 'Book' | 'Toy', extra: object = {}): Mutable => ({
    __typename: kind,
    __interfaces: ['Product'],
    id,
    sku: `s${id}`,
    name: `P${id}`,
    weight: Number(id) * 2,
    price: ({ currency }: { currency?: number }) => Number(id) * 10 + (currency ?? 0),
    stars: Number(id),
    shipping(this: { weight: number }) {
      return this.weight + 1
    },
    ...extra,
  })
  const books = [product('1', 'Book', { pages: 10 }), product('2', 'Book', { pages: fail('pages') })]
  const toys = [product('3', 'Toy', { minAge: 3 }), product('4', 'Toy', { minAge: 4, name: fail('name') })]
  const products = [...books, ...toys]
  const users: Mutable[] = ['1', '2', '3'].map((id) => ({
    __typename: 'User',
    id,
    email: `${id}@x`,
    name: `U${id}`,
    age: Number(id),
  }))
  const [ada, bob, eve] = users as [Mutable, Mutable, Mutable]
  const review = (id: string, author: Mutable, about: Mutable): Mutable => ({
    __typename: 'Review',
    id,
    body: `R${id}`,
    author,
    about,
  })
  const reviews = [
    review('1', ada, books[0]!),
    review('2', bob, toys[0]!),
    review('3', ada, toys[1]!),
    review('4', eve, books[1]!),
  ]
  for (const user of users) {
    user.reviews = ({ first }: { first?: number }) =>
      reviews.filter(({ author }) => author === user).slice(0, first ?? 9)
    user.friends = users.filter((friend) => friend !== user)
    user.favourite = user === bob ? null : user === ada ? books[0] : toys[1]
  }
  for (const each of products) each.reviews = reviews.filter(({ about }) => about === each)
  eve.age = fail('age')
  return storeGraph(
    {
      accounts: `type Query { me: User user(id: Int!): User users: [User!]! } 
        type User @key(fields: "id") @key(fields: "email") { id: ID! email: String! name: String! @shareable age: Int }`,
      catalog: `type Query { products: [Product!]! item: Item books: [Book] }
        union Item = Book | Toy
        interface Product @key(fields: "id") { id: ID! sku: String! name: String weight: Int price(currency: Int): Int }
        type Book implements Product @key(fields: "id") { id: ID! sku: String! name: String weight: Int price(currency: Int): Int pages: Int! }
        type Toy implements Product @key(fields: "id") @key(fields: "sku") { id: ID! sku: String! name: String weight: Int price(currency: Int): Int minAge: Int }
        type User @key(fields: "email") { email: String! favourite: Product }`,
      ratings: `type Product @interfaceObject @key(fields: "id") { id: ID! stars: Int! }`,
      inventory: `type Book @key(fields: "id") { id: ID! weight: Int @external shipping: Int @requires(fields: "weight") }
        type Toy @key(fields: "sku") { sku: String! weight: Int @external shipping: Int @requires(fields: "weight") }`,
      reviews: `type Query { latest: [Review!] } type Review @key(fields: "id") { id: ID! body: String author: User @provides(fields: "name") about: About }
        union About = Book | Toy
        type Book @key(fields: "id") { id: ID! reviews: [Review!]! } type Toy @key(fields: "id") { id: ID! reviews: [Review!]! }
        type User @key(fields: "id") { id: ID! name: String! @external reviews(first: Int): [Review] friends: [User!] }`,
    },
    {
      root: {
        me: ada,
        user: ({ id }: { id: number }) => users[id] ?? null,
        users,
        products,
        item: toys[0],
        books: [books[0], null],
        latest: reviews,
      },
      records: [...products, ...users, ...reviews],
    },
  )
}

test('random queries answer as a monolith does, data and error positions', { timeout: 120_000 }, async () => {
  const graph = market()
  await fc.assert(
    fc.asyncProperty(arbitraryQuery(graph.engine.schema, 4), async (query) => {
      fc.pre(validate(graph.engine.schema, parse(query)).length === 0)
      const [result, expected] = [await graph.run(query), await graph.runMonolith(query)]
      expect(result.data).toEqual(expected.data)
      const paths = (errors: typeof result.errors) => new Set(errors?.map(({ path }) => path?.join('.')))
      // A field that both a merged fetch and a `@provides` asked for may fail twice; a null is never without its error.
      for (const path of paths(expected.errors)) expect(paths(result.errors)).toContain(path)
      if (expected.errors === undefined) expect(result.errors).toBeUndefined()
    }),
    { numRuns: 200, ...(SEED === undefined ? {} : { seed: SEED }) },
  )
})

// The same graphs each time; `pnpm --filter @gigraph/gateway test:differential` compares as many others as one likes.
test('5,000 operations on random graphs answer as a monolith does', { timeout: 600_000 }, async () => {
  const counts = await compareRandomGraphs({ graphs: 40, operationsPerGraph: 145, seed: 20_261_121 })
  expect(counts.operations).toBeGreaterThanOrEqual(5_000)
  expect(counts.withErrors).toBeGreaterThan(500)
  expect(counts.mutations).toBeGreaterThan(300)
  expect(counts.requests).toBeGreaterThan(counts.operations)
})

test('random deferred parts make up the answer in one piece', { timeout: 120_000 }, async () => {
  const graph = market()
  let compared = 0
  await fc.assert(
    fc.asyncProperty(arbitraryQuery(graph.engine.schema, 4, true), async (query) => {
      fc.pre(validate(graph.engine.schema, parse(query)).length === 0)
      const whole = await graph.run(query)
      const { initial, later } = await graph.runInParts(query)
      expect(later.map(({ hasNext }) => hasNext)).toEqual(later.map((_, i) => i < later.length - 1))
      const results = later.flatMap(({ incremental }) => incremental)
      const errors = [initial, ...results].flatMap((part) => part.errors ?? [])
      expect(errors.length > 0).toBe(whole.errors !== undefined)
      if (whole.errors !== undefined) return
      compared += results.length
      const data = structuredClone(initial.data) as JsonObject
      for (const result of results) {
        const target = result.path.reduce<unknown>((value, step) => (value as JsonObject)[step], data)
        expect(isJsonObject(target)).toBe(true)
        mergeInto(target as JsonObject, structuredClone(result.data as JsonObject))
      }
      expect(data).toEqual(whole.data)
    }),
    { numRuns: 200, ...(SEED === undefined ? {} : { seed: SEED }) },
  )
  expect(compared).toBeGreaterThan(50)
})

const SEED = process.env.FAST_CHECK_SEED === undefined ? undefined : Number(process.env.FAST_CHECK_SEED)
