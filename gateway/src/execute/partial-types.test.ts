import { GraphQLError } from 'graphql'
import { expect, test } from 'vitest'
import { storeGraph } from './testing/store-graph.ts'

const oven = (id: string) => ({ __typename: 'Oven', id, warranty: 1 })
const toaster = (id: string, warranty: number) => ({ __typename: 'Toaster', id, warranty })

function appliances() {
  const all = [oven('o1'), oven('o2'), toaster('t1', 3), toaster('t2', 4)]
  return storeGraph(
    {
      a: `type Query { products: [Product] node(id: ID!): Node nodes: [Node] toasters: [Toaster] } union Product = Oven | Toaster
        interface Node { id: ID! } interface WithWarranty { warranty: Int } type Oven @key(fields: "id") { id: ID! }
        type Toaster implements Node & WithWarranty @key(fields: "id") { id: ID! warranty: Int }`,
      b: `interface Node { id: ID! } interface WithWarranty { warranty: Int }
        type Oven implements Node & WithWarranty @key(fields: "id") { id: ID! warranty: Int }`,
    },
    {
      root: {
        products: all,
        node: ({ id }: { id: string }) => all.find((each) => each.id === id),
        nodes: all.slice(2),
        toasters: all.slice(2),
      },
      records: all,
    },
  )
}

test.each([
  '{ products { ... on Node { id } } }',
  '{ products { ... on WithWarranty { warranty } } }',
  '{ nodes { ... on Toaster { warranty } ... on Oven { id } } }',
  '{ nodes { id } }',
  '{ toasters { ...T ...N } } fragment T on Toaster { id } fragment N on Node { id __typename }',
  '{ node(id: "t1") { ... on Toaster { warranty } } }',
])('an interface that one service implements for fewer types: %s', async (query) => {
  const graph = appliances()
  expect(await graph.run(query)).toEqual(await graph.runMonolith(query))
})

test.each(['Oven', 'Toaster'])(
  'a value that is not of the type for its service is null with the error, asked as %s',
  async (type) => {
    const { data, errors } = await appliances().run(`{ node(id: "o1") { ... on ${type} { warranty } } }`)
    expect(data).toEqual({ node: null })
    expect(errors?.[0]?.path).toEqual(['node'])
  },
)

test.each([
  ['{ media { ... on Movie { title } } }', { media: {} }],
  ['{ media { ... on Book { title } ... on Movie { title } } }', { media: { title: 'T' } }],
  [
    '{ viewer { media { __typename ... on Song { title aTitle } ... on Book { title aTitle bTitle } } } }',
    { viewer: { media: { __typename: 'Book', title: 'T', aTitle: 'A', bTitle: 'B' } } },
  ],
  ['{ aMedia { ... on Movie { title bTitle } } }', { aMedia: {} }],
  [
    '{ viewer { aMedia { ... on Movie { title } } bMedia { ... on Movie { title bTitle } } song { ... on Song { title } } } }',
    { viewer: { aMedia: {}, bMedia: { title: 'M', bTitle: 'BM' }, song: { title: 'S' } } },
  ],
])('a union with other members in each service: %s', async (query, data) => {
  const book = { __typename: 'Book', id: 'm1', title: 'T', aTitle: 'A', bTitle: 'B' }
  const song = { __typename: 'Song', id: 's1', title: 'S', aTitle: 'AS' }
  const movie = { __typename: 'Movie', id: 'f1', title: 'M', bTitle: 'BM' }
  const viewer = { media: book, aMedia: book, bMedia: movie, book, song }
  const graph = storeGraph(
    {
      a: `union Media = Book | Song type Book @key(fields: "id") { id: ID! title: String! @shareable aTitle: String! }
        type Song @key(fields: "id") { id: ID! title: String! aTitle: String! } type Query { media: Media @shareable aMedia: Media viewer: Viewer @shareable }
        type Viewer { media: Media @shareable aMedia: Media book: Book @shareable song: Media }`,
      b: `union Media = Book | Movie type Movie { title: String! bTitle: String! } type Book @key(fields: "id") { id: ID! title: String! @shareable bTitle: String! }
        type Query { media: Media @shareable viewer: Viewer @shareable } type Viewer { media: Media @shareable bMedia: Media book: Book @shareable }`,
    },
    { root: { media: book, aMedia: book, viewer }, records: [book, song] },
  )
  expect(await graph.run(query)).toEqual({ data })
})

test('@interfaceObject with @requires of the interface', async () => {
  const user = (id: string, age: number) => ({
    __typename: 'User',
    __interfaces: ['NodeWithName'],
    id,
    name: `n${id}`,
    age,
    username(this: { name?: string }) {
      return this.name === undefined ? null : `@${this.name}`
    },
  })
  const users = [user('u1', 11), user('u2', 22)]
  const graph = storeGraph(
    {
      a: `type Query { users: [NodeWithName] } interface NodeWithName @key(fields: "id") { id: ID! name: String }
        type User implements NodeWithName @key(fields: "id") { id: ID! name: String age: Int }`,
      b: `type Query { anotherUsers: [NodeWithName] } type NodeWithName @key(fields: "id") @interfaceObject { id: ID! name: String @external username: String @requires(fields: "name") }`,
    },
    { root: { users, anotherUsers: users }, records: users },
  )
  for (const root of ['users', 'anotherUsers']) {
    for (const fields of [
      'id name username',
      '... on User { age }',
      '... on User { age id name username } id name __typename',
    ]) {
      const query = `{ ${root} { ${fields} } }`
      expect(await graph.run(query)).toEqual(await graph.runMonolith(query))
    }
  }
})

test('an interface without any implementation that its service knows', async () => {
  const graph = storeGraph(
    {
      a: `type Query { a: Node product: Product } interface Node @key(fields: "id") { id: ID! } type Product @interfaceObject @key(fields: "id", resolvable: false) { id: ID! }`,
      b: `type Query { b: Node } type Node @interfaceObject @key(fields: "id", resolvable: false) { id: ID! field: String }
        interface Product @key(fields: "id") { id: ID! name: String } type Bread implements Product @key(fields: "id") { id: ID! name: String }`,
    },
    {
      root: {
        a: { __typename: 'X', id: '1' },
        b: { id: '1', field: 'f' },
        product: { __typename: 'Product', id: 'p' },
      },
      records: [{ __typename: 'Bread', __interfaces: ['Product'], id: 'p', name: 'Rye' }],
    },
  )
  expect((await graph.run('{ a { id } }')).data).toEqual({ a: null })
  expect((await graph.run('{ a { field } }')).data).toBeNull()
  expect(await graph.run('{ product { id } }')).toEqual({ data: { product: { id: 'p' } } })
  expect(await graph.run('{ product { ... on Bread { id } } }')).toEqual({ data: { product: { id: 'p' } } })
})

test('an object behind an @interfaceObject is null when a required field of its type fails', async () => {
  const fail = () => {
    throw new GraphQLError('no minutes')
  }
  const film = { __typename: 'Film', __interfaces: ['Media'], id: '1', stars: 3, minutes: fail }
  const book = { __typename: 'Book', __interfaces: ['Media'], id: '2', stars: 4, pages: 9 }
  const graph = storeGraph(
    {
      ratings: `type Query { best: [Media] } type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int }`,
      library: `interface Media @key(fields: "id") { id: ID! } type Film implements Media @key(fields: "id") { id: ID! minutes: Int! }
        type Book implements Media @key(fields: "id") { id: ID! pages: Int }`,
    },
    { root: { best: [film, book] }, records: [film, book] },
  )
  for (const query of ['{ best { ... on Film { minutes } } }', '{ best { id stars ... on Film { minutes } } }']) {
    const [result, expected] = [await graph.run(query), await graph.runMonolith(query)]
    expect(result.data).toEqual(expected.data)
    expect(result.errors?.map(({ path }) => path)).toEqual(expected.errors?.map(({ path }) => path))
  }
})
