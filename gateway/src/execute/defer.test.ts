import { expect, test } from 'vitest'
import { federatedGraph, type TestServices } from './testing/federated-graph.ts'

const reviews = [
  { id: 'r1', body: 'Good' },
  { id: 'r2', body: 'Bad' },
]

const products: Readonly<Record<string, object>> = {
  1: { id: '1', name: 'Table', rank: 1 },
  2: { id: '2', name: 'Couch', rank: 2 },
}

const services: TestServices = {
  products: {
    sdl: `
      type Query { top: [Product!]! strict: [Product] hello: String }
      type Mutation { add: Product! }
      interface Named { name: String }
      type Product implements Named @key(fields: "id") { id: ID! name: String rank: Int }`,
    resolvers: {
      Query: {
        hello: () => 'hi',
        top: () => [products['1'], products['2']],
        strict: () => [{ id: '1' }, null, { id: 'none' }],
      },
      Product: { __resolveReference: ({ id }: { id: string }) => products[id] ?? null },
      Mutation: { add: () => ({ id: '3', name: 'New' }) },
    },
  },
  reviews: {
    sdl: `
      type Product @key(fields: "id") { id: ID! reviews: [Review!]! score: Int! price(currency: String!): Int secret: Int }
      type Review @key(fields: "id") { id: ID! body: String }`,
    resolvers: {
      Product: {
        reviews: () => reviews,
        score: ({ id }: { id: string }) => (id === 'none' ? null : Number(id) * 10),
        price: (_: unknown, { currency }: { currency: string }) => currency.length,
        secret: () => {
          throw new Error('not for you')
        },
      },
    },
  },
  stars: {
    sdl: `type Review @key(fields: "id") { id: ID! stars: Int! }`,
    resolvers: { Review: { stars: ({ id }: { id: string }) => Number(id.slice(1)) } },
  },
}

const graph = () => federatedGraph(services)

test('answers what is not deferred first, and asks for the rest only then', async () => {
  const { run, runInParts, seen } = graph()
  const query = '{ top { name ... @defer(label: "more") { reviews { body } } } }'
  expect(await runInParts(query)).toEqual({
    initial: { data: { top: [{ name: 'Table' }, { name: 'Couch' }] } },
    later: [
      {
        hasNext: false,
        incremental: [
          { label: 'more', path: ['top', 0], data: { reviews: [{ body: 'Good' }, { body: 'Bad' }] } },
          { label: 'more', path: ['top', 1], data: { reviews: [{ body: 'Good' }, { body: 'Bad' }] } },
        ],
      },
    ],
  })
  expect(seen.map(({ service }) => service)).toEqual(['products', 'reviews'])
  const whole = await run(query)
  expect(whole.data?.top).toHaveLength(2)
  expect(JSON.stringify(whole.data)).toContain('Good')
})

test('delivers nested parts after the part that they are in', async () => {
  const { initial, later } = await graph().runInParts(
    '{ top { id ...More @defer } } fragment More on Product { name ... @defer(label: "in") { reviews { ...S @defer body } } } fragment S on Review { stars }',
  )
  expect(initial).toEqual({ data: { top: [{ id: '1' }, { id: '2' }] } })
  expect(later.map(({ hasNext }) => hasNext)).toEqual([true, true, false])
  expect(later[0]?.incremental).toEqual([
    { path: ['top', 0], data: { name: 'Table' } },
    { path: ['top', 1], data: { name: 'Couch' } },
  ])
  expect(later[1]?.incremental[1]).toEqual({
    label: 'in',
    path: ['top', 1],
    data: { reviews: [{ body: 'Good' }, { body: 'Bad' }] },
  })
  expect(later[2]?.incremental.map(({ path, data }) => [path, data])).toEqual(
    [0, 1].flatMap((product) => [0, 1].map((at) => [['top', product, 'reviews', at], { stars: at + 1 }])),
  )
})

test('does not defer when `if` says so, with a plan for each case', async () => {
  const { runInParts } = graph()
  const query = 'query ($later: Boolean!) { top { id ... @defer(if: $later) { rank } } }'
  const whole = {
    data: {
      top: [
        { id: '1', rank: 1 },
        { id: '2', rank: 2 },
      ],
    },
  }
  expect(await runInParts(query, { later: false })).toEqual({ initial: whole, later: [] })
  const parts = await runInParts(query, { later: true })
  expect(parts.initial).toEqual({ data: { top: [{ id: '1' }, { id: '2' }] } })
  expect(parts.later[0]?.incremental).toContainEqual({ path: ['top', 1], data: { rank: 2 } })
  expect((await runInParts(query, { later: false })).initial).toEqual(whole)
  expect((await runInParts('{ top { id ... @defer(if: false) { rank } } }')).later).toEqual([])
  expect(
    (await runInParts('query ($no: Boolean!) { top { id ... @defer @include(if: $no) { rank } } }', { no: false }))
      .later,
  ).toEqual([])
})

test('keeps a null inside of its part, and defers nothing below a null', async () => {
  const { runInParts } = graph()
  const { initial, later } = await runInParts('{ strict { id ... @defer { score } } }')
  expect(initial).toEqual({ data: { strict: [{ id: '1' }, null, { id: 'none' }] } })
  expect(later).toHaveLength(1)
  const [first, second] = later[0]?.incremental ?? []
  expect(first).toEqual({ path: ['strict', 0], data: { score: 10 } })
  expect(second).toMatchObject({ path: ['strict', 2], data: null, errors: [{ path: ['strict', 2, 'score'] }] })

  const lost = await runInParts('{ strict { score ... @defer { reviews { body } } } }')
  expect(lost.initial.data).toEqual({ strict: [{ score: 10 }, null, null] })
  expect(lost.later[0]?.incremental.map(({ path }) => path)).toEqual([['strict', 0]])
})

test('tells errors of services with the part that they belong to', async () => {
  const { runInParts } = graph()
  const { initial, later } = await runInParts('{ top { id ... @defer(label: "x") { secret name } } }')
  expect(initial).toEqual({ data: { top: [{ id: '1' }, { id: '2' }] } })
  expect(later[0]?.incremental).toMatchObject([
    {
      path: ['top', 0],
      data: { secret: null, name: 'Table' },
      errors: [{ message: 'not for you', path: ['top', 0, 'secret'] }],
    },
    {
      path: ['top', 1],
      data: { secret: null, name: 'Couch' },
      errors: [{ message: 'not for you', path: ['top', 1, 'secret'] }],
    },
  ])
})

test('a service that is down costs the deferred part only', async () => {
  const down = graph()
  down.break('reviews')
  const { initial, later } = await down.runInParts('{ top { id ... @defer { reviews { id } } } hello }')
  expect(initial).toEqual({ data: { top: [{ id: '1' }, { id: '2' }], hello: 'hi' } })
  expect(later[0]?.incremental).toMatchObject([
    { path: ['top', 0], data: null, errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] },
    { path: ['top', 1], data: null, errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] },
  ])
})

test('defers at the root, of a query and below a mutation', async () => {
  const { runInParts } = graph()
  expect(await runInParts('{ ... @defer { hello top { id } __schema { queryType { name } } __typename } }')).toEqual({
    initial: { data: {} },
    later: [
      {
        hasNext: false,
        incremental: [
          {
            path: [],
            data: {
              hello: 'hi',
              top: [{ id: '1' }, { id: '2' }],
              __schema: { queryType: { name: 'Query' } },
              __typename: 'Query',
            },
          },
        ],
      },
    ],
  })
  const mutation = await runInParts('mutation { ... @defer { add { name ... @defer { score } } } }')
  expect(mutation.initial).toEqual({ data: { add: { name: 'New' } } })
  expect(mutation.later).toEqual([{ hasNext: false, incremental: [{ path: ['add'], data: { score: 30 } }] }])
})

test('mutations run in the order of the document, wherever fragments stand', async () => {
  const ran: string[] = []
  const run = (name: string) => () => {
    ran.push(name)
    return { id: '1' }
  }
  const { runInParts } = federatedGraph({
    a: {
      sdl: 'type Query { a: Int } type Mutation { one: Thing two: Thing three: Thing } type Thing @key(fields: "id") { id: ID! }',
      resolvers: { Mutation: { one: run('one'), two: run('two'), three: run('three') } },
    },
    b: {
      sdl: 'type Thing @key(fields: "id") { id: ID! size: Int }',
      resolvers: { Thing: { size: () => 3 } },
    },
  })
  const { initial, later } = await runInParts(
    'mutation { ... on Mutation { one { id } } two { ... @defer { size } } ... on Mutation { three { id } } again: one { id } }',
  )
  expect(ran).toEqual(['one', 'two', 'three', 'one'])
  expect(Object.keys(initial.data ?? {})).toEqual(['one', 'two', 'three', 'again'])
  expect(later.flatMap(({ incremental }) => incremental)).toEqual([{ path: ['two'], data: { size: 3 } }])
})

test('defers under aliases and arguments, and on an interface', async () => {
  const { runInParts } = graph()
  const { initial, later } = await runInParts(
    '{ best: top { ... on Named @defer { title: name ... on Product { eur: price(currency: "EUR") de: price(currency: "DE") } } id } }',
  )
  expect(initial).toEqual({ data: { best: [{ id: '1' }, { id: '2' }] } })
  expect(later[0]?.incremental[1]).toEqual({ path: ['best', 1], data: { title: 'Couch', eur: 3, de: 2 } })
})

test('starts nothing more when the client has gone', async () => {
  const { engine, runInParts, seen } = graph()
  expect(engine.schema.getDirective('defer')).toBeDefined()
  const leaving = new AbortController()
  leaving.abort()
  const { initial, later } = await runInParts('{ top { id ... @defer { score } } }', {}, { signal: leaving.signal })
  expect(initial.data).toBeDefined()
  expect(later).toMatchObject([{ hasNext: false, incremental: [{ data: null }, { data: null }] }])
  expect(seen.some(({ query }) => query.includes('score'))).toBe(false)
})

test('a field that takes its argument from above is not deferred: it would be asked for without it', async () => {
  const { runInParts, run } = federatedGraph({
    a: {
      sdl: `type Query { rings: [Ring] } type Ring @key(fields: "id") @context(name: "ring") { id: ID! size: Int }
        type Bead @key(fields: "id") { id: ID! told(n: Int @fromContext(field: "$ring { size }")): String }`,
      resolvers: {
        Query: { rings: () => [{ id: '1', size: 3 }] },
        Ring: { __resolveReference: ({ id }: { id: string }) => ({ id, size: 3 }) },
        Bead: { told: (_: unknown, { n }: { n?: number }) => `told ${n}` },
      },
    },
    b: {
      sdl: 'type Ring @key(fields: "id") { id: ID! beads: [Bead] } type Bead @key(fields: "id") { id: ID! }',
      resolvers: { Ring: { beads: () => [{ id: 'x' }] } },
    },
  })
  const query = '{ rings { id ... @defer { beads { told } } } }'
  expect(await runInParts(query)).toEqual({ initial: await run(query), later: [] })
  expect((await run(query)).data).toEqual({ rings: [{ id: '1', beads: [{ told: 'told 3' }] }] })
  expect((await runInParts('{ rings { id ... @defer { beads { id } } } }')).later).toHaveLength(1)
})

test.each([
  '... on Named @defer { name }',
  '... on Book @defer { pages }',
  '... on Named { ... on Book @defer { pages } }',
])(
  'what is deferred by the type of an object that is known by its interface only is not left out: %s',
  async (fragment) => {
    const graph = federatedGraph({
      lists: {
        sdl: 'type Query { first: Media } type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int }',
        resolvers: { Query: { first: () => ({ id: '1', stars: 3 }) } },
      },
      books: {
        sdl: `interface Media @key(fields: "id") { id: ID! } interface Named { name: String }
          type Book implements Media & Named @key(fields: "id") { id: ID! name: String pages: Int }`,
        resolvers: {
          Media: {
            __resolveReference: ({ id }: { id: string }) => ({ __typename: 'Book', id, name: 'Dune', pages: 500 }),
          },
          Book: { __resolveReference: ({ id }: { id: string }) => ({ id, name: 'Dune', pages: 500 }) },
        } as never,
      },
    })
    const query = `{ first { stars ${fragment} } }`
    const whole = await graph.run(query)
    expect(whole).toEqual({
      data: { first: { stars: 3, ...(fragment.includes('pages') ? { pages: 500 } : { name: 'Dune' }) } },
    })
    const { initial, later } = await graph.runInParts(query)
    expect(
      Object.assign(
        {},
        initial.data?.first,
        ...later.flatMap(({ incremental }) => incremental.map(({ data }) => data)),
      ),
    ).toEqual(whole.data?.first)
  },
)

test('fields of the interface itself are still deferred', async () => {
  const graph = federatedGraph({
    lists: {
      sdl: 'type Query { first: Media } type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int }',
      resolvers: { Query: { first: () => ({ id: '1', stars: 3 }) } },
    },
    books: {
      sdl: 'interface Media @key(fields: "id") { id: ID! title: String } type Book implements Media @key(fields: "id") { id: ID! title: String }',
      resolvers: {
        Media: { __resolveReference: ({ id }: { id: string }) => ({ __typename: 'Book', id, title: 'Dune' }) },
      } as never,
    },
  })
  const { initial, later } = await graph.runInParts('{ first { stars ... @defer { title } } }')
  expect(initial).toEqual({ data: { first: { stars: 3 } } })
  expect(later.flatMap(({ incremental }) => incremental)).toEqual([{ path: ['first'], data: { title: 'Dune' } }])
})
