import { compose } from '../src/supergraph/compose.ts'

/**
 * The public federation benchmark's workload: four services, 6 users, 9 products, 11 reviews, and one query that walks
 * users → reviews → product → reviews → author → reviews → product, and topProducts likewise.
 * @see https://github.com/graphql-hive/graphql-gateways-benchmark
 */
export const query = `
fragment User on User { id username name }
fragment Review on Review { id body }
fragment Product on Product { inStock name price shippingEstimate upc weight }
query TestQuery {
  users { ...User reviews { ...Review product { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } } } }
  topProducts { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } }
}`

const link = (directives: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: [${directives}])\n`

export const schemas: Readonly<Record<string, string>> = {
  accounts: `${link('"@key", "@shareable"')}
    type Query { me: User users: [User] }
    type User @key(fields: "id") { id: ID! name: String username: String @shareable birthday: String }`,
  products: `${link('"@key"')}
    type Query { topProducts(first: Int = 5): [Product] }
    type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }`,
  inventory: `${link('"@key", "@external", "@requires"')}
    type Product @key(fields: "upc") { upc: String! weight: Int @external price: Int @external inStock: Boolean
      shippingEstimate: Int @requires(fields: "price weight") }`,
  reviews: `${link('"@key", "@external", "@provides"')}
    type Review @key(fields: "id") { id: ID! body: String author: User @provides(fields: "username") product: Product }
    type User @key(fields: "id") { id: ID! username: String @external numberOfReviews: Int reviews: [Review] }
    type Product @key(fields: "upc") { upc: String! reviews: [Review] }`,
}

const names = ['Ada Lovelace', 'Alan Turing', 'Grace Hopper', 'Edsger Dijkstra', 'Barbara Liskov', 'Tony Hoare']
const goods = ['Table', 'Couch', 'Glass', 'Chair', 'TV', 'Lamp', 'Grill', 'Fridge', 'Sofa']

const users = names.map((name, i) => ({
  id: String(i + 1),
  name,
  username: `@${name.split(' ')[0]?.toLowerCase()}`,
  birthday: '1990-01-01',
}))
const products = goods.map((name, i) => ({
  upc: String(i + 1),
  name,
  price: 100 + i * 137,
  weight: 10 + i * 90,
  inStock: i % 2 === 0,
}))

const SENTENCE = 'It does what it should, and more than that when it is asked kindly. '
/** The product of each review and the length of its text, as the public benchmark has them. */
const reviewed = [
  [1, 445],
  [1, 290],
  [1, 276],
  [1, 145],
  [2, 445],
  [2, 290],
  [2, 276],
  [2, 145],
  [3, 145],
  [4, 145],
  [4, 840],
] as const
const reviews = reviewed.map(([product, length], i) => ({
  id: String(i + 1),
  body: SENTENCE.repeat(13).slice(0, length),
  product: String(product),
}))

interface Row {
  readonly id?: string
  readonly upc?: string
}

/** As there, everything was written by the first user, and every user has the first two reviews. */
const review = (row: (typeof reviews)[number]) => ({
  ...row,
  author: () => reviewUser({ id: '1' }),
  product: () => reviewProduct({ upc: row.product }),
})
const reviewUser = ({ id }: Row) => ({
  __typename: 'User',
  id,
  username: users.find((user) => user.id === id)?.username,
  reviews: () => reviews.slice(0, 2).map(review),
})
const reviewProduct = ({ upc }: Row) => ({
  __typename: 'Product',
  upc,
  reviews: () => reviews.filter(({ product }) => product === upc).map(review),
})

/** Resolvers by service, type and field. */
export const resolvers = {
  accounts: {
    Query: { users: () => users, me: () => users[0] },
    User: { __resolveReference: ({ id }: Row) => users.find((user) => user.id === id) },
  },
  products: {
    Query: { topProducts: (_: unknown, { first }: { first: number }) => products.slice(0, first) },
    Product: { __resolveReference: ({ upc }: Row) => products.find((product) => product.upc === upc) },
  },
  inventory: {
    Product: {
      __resolveReference: (given: Row & { price?: number; weight?: number }) => ({
        ...given,
        inStock: products.find(({ upc }) => upc === given.upc)?.inStock,
        shippingEstimate: (given.price ?? 0) > 1000 ? 0 : Math.round((given.weight ?? 0) / 2),
      }),
    },
  },
  reviews: { User: { __resolveReference: reviewUser }, Product: { __resolveReference: reviewProduct } },
}

/** The composed supergraph of services at these URLs. @throws {Error} it does not compose */
export function supergraphOf(urls: Readonly<Record<string, string>>): string {
  const composition = compose(Object.entries(schemas).map(([name, sdl]) => ({ name, sdl, url: urls[name] ?? '' })))
  if (composition.errors !== undefined) throw new Error(composition.errors.join('\n'))
  return composition.supergraphSdl
}
