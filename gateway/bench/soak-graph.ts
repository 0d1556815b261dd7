const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n'

interface Named {
  readonly id: string
}

/** The soak's services: one that everything begins at, and one that adds to its entities. */
export const soakServices = {
  items: {
    sdl: `${link}
      type Query { items(first: Int = 5): [Item!]! item(id: ID!): Item fails: Int }
      type Mutation { touch(id: ID!): Item }
      type Subscription { tick: Int! }
      type Item @key(fields: "id") { id: ID! name: String! }`,
    resolvers: {
      Query: {
        items: (_: unknown, { first }: { first: number }) => Array.from({ length: first }, (_item, id) => ({ id })),
        item: (_: unknown, { id }: Named) => ({ id }),
        fails: () => {
          throw new Error('as it should')
        },
      },
      Mutation: { touch: (_: unknown, { id }: Named) => ({ id }) },
      Item: { name: ({ id }: Named) => `item ${id}` },
    },
    Subscription: true,
  },
  stock: {
    sdl: `${link}
      type Query { warehouses: Int }
      type Item @key(fields: "id") { id: ID! inStock: Int }`,
    resolvers: {
      Query: { warehouses: () => 3 },
      Item: { __resolveReference: ({ id }: Named) => ({ id, inStock: Number(id) % 7 }) },
    },
  },
} as const

export type SoakService = keyof typeof soakServices

/** What clients ask, with a number that varies: several shapes, mutations, faults of the client and of a service. */
export const soakRequests: readonly ((n: number) => object)[] = [
  () => ({ query: '{ items { id name inStock } }' }),
  (n) => ({ query: 'query Item($id: ID!) { item(id: $id) { id name inStock } }', variables: { id: String(n % 100) } }),
  (n) => ({ query: 'mutation Touch($id: ID!) { touch(id: $id) { id inStock } }', variables: { id: String(n % 100) } }),
  (n) => ({ query: 'query Items($n: Int) { items(first: $n) { id inStock } warehouses }', variables: { n: n % 20 } }),
  () => ({ query: '{ warehouses fails }' }),
  () => ({ query: '{ nothing }' }),
  (n) => ({
    query: 'query ($with: Boolean!) { items { id name @include(if: $with) } }',
    variables: { with: n % 2 === 0 },
  }),
]
