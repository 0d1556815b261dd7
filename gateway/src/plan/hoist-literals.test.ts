import { describe, expect, test } from 'vitest'
import { type FederatedGraph, federatedGraph } from '../execute/testing/federated-graph.ts'

const echo = (_: unknown, args: object) => JSON.stringify(args)

/** A graph whose fields answer the arguments that they got, and how often it planned. */
function echoGraph() {
  let planned = 0
  const graph = federatedGraph(
    {
      echoes: {
        sdl: `
          scalar Anything
          enum Color { RED GREEN }
          input Box { color: Color = RED, size: Int!, tags: [String!], inner: Box }
          type Query {
            echo(int: Int = 7, id: ID, float: Float, text: String, yes: Boolean, color: Color, list: [Int], box: Box, boxes: [Box!]): String
            anything(value: Anything): String
            thing(id: ID! = "x"): Thing
          }
          type Thing @key(fields: "id") { id: ID! }
        `,
        resolvers: {
          Query: { echo, anything: echo, thing: (_: unknown, { id }: { id: string }) => ({ id }) },
          Thing: { __resolveReference: ({ id }: { id: string }) => ({ id }) },
        },
      },
      labels: {
        sdl: 'type Thing @key(fields: "id") { id: ID! label(prefix: String = "-"): String }',
        resolvers: {
          Thing: {
            __resolveReference: ({ id }: { id: string }) => ({ id }),
            label: ({ id }: { id: string }, { prefix }: { prefix: string | null }) => `${prefix}${id}`,
          },
        },
      },
    },
    {
      planned: () => {
        planned += 1
      },
    },
  )
  return { graph, planned: () => planned }
}

const answerOf = async (graph: FederatedGraph, query: string, variables?: Record<string, unknown>) => {
  const { data, errors } = await graph.run(query, variables)
  expect(errors).toBeUndefined()
  return JSON.parse(JSON.stringify(data))
}

describe('operations that differ in literals only', () => {
  test('share one plan, each with its own values', async () => {
    const { graph, planned } = echoGraph()
    const query = (id: string, prefix: string) => `{ thing(id: ${id}) { label(prefix: ${prefix}) } }`
    expect(await answerOf(graph, query('"a"', '"1"'))).toEqual({ thing: { label: '1a' } })
    expect(await answerOf(graph, query('"b"', '"2"'))).toEqual({ thing: { label: '2b' } })
    expect(await answerOf(graph, `# another\n${query('3', 'null')}`)).toEqual({ thing: { label: 'null3' } })
    expect(planned()).toBe(1)
  })

  test('do so in fragments, and beside variables of their own', async () => {
    const { graph, planned } = echoGraph()
    const query = (prefix: string) =>
      `query Q($id: ID!) { thing(id: $id) { ...F } } fragment F on Thing { label(prefix: "${prefix}") }`
    expect(await answerOf(graph, query('+'), { id: 'a' })).toEqual({ thing: { label: '+a' } })
    expect(await answerOf(graph, query('*'), { id: 'b' })).toEqual({ thing: { label: '*b' } })
    expect(planned()).toBe(1)
  })

  test('do not when a literal decides the plan, or merges two fields', async () => {
    const { graph, planned } = echoGraph()
    const conditional = (yes: boolean) => `{ thing { id label @include(if: ${yes}) } }`
    expect(await answerOf(graph, conditional(true))).toEqual({ thing: { id: 'x', label: '-x' } })
    expect(await answerOf(graph, conditional(false))).toEqual({ thing: { id: 'x' } })
    expect(planned()).toBe(2)
    const twice = '{ a: thing(id: "1") { id } ... on Query { a: thing(id: "1") { label } } b: thing(id: "2") { id } }'
    expect(await answerOf(graph, twice)).toEqual({ a: { id: '1', label: '-1' }, b: { id: '2' } })
  })
})

describe('a service gets the value that the client wrote', () => {
  test.each([
    ['', { int: 7 }],
    ['int: null', { int: null }],
    ['int: -3, float: 2, yes: false', { int: -3, float: 2, yes: false }],
    ['id: 12345678901234567890', { int: 7, id: '12345678901234567890' }],
    ['id: "a", text: "\\"\\u00e9\\n$x {}"', { int: 7, id: 'a', text: '"é\n$x {}' }],
    ['text: """block "quoted" """', { int: 7, text: 'block "quoted" ' }],
    ['color: GREEN, list: 5', { int: 7, color: 'GREEN', list: [5] }],
    ['list: [1, null]', { int: 7, list: [1, null] }],
    ['list: []', { int: 7, list: [] }],
    ['box: {size: 1}', { int: 7, box: { color: 'RED', size: 1 } }],
    [
      'box: {size: 1, color: null, tags: "one", inner: {size: 2, color: GREEN}}',
      { int: 7, box: { color: null, size: 1, tags: ['one'], inner: { color: 'GREEN', size: 2 } } },
    ],
    ['boxes: {size: 3}', { int: 7, boxes: [{ color: 'RED', size: 3 }] }],
    ['list: [1, $n], box: {size: $n}', { int: 7, list: [1, 4], box: { color: 'RED', size: 4 } }],
  ])('%s', async (args, expected) => {
    const { graph } = echoGraph()
    const parameters = args.includes('$n') ? 'query ($n: Int!) ' : ''
    const query = `${parameters}{ echo${args === '' ? '' : `(${args})`} }`
    const { echo: got } = await answerOf(graph, query, parameters === '' ? {} : { n: 4 })
    expect(JSON.parse(got)).toEqual(expected)
  })

  test('custom scalars stay literals', async () => {
    const { graph } = echoGraph()
    expect(await answerOf(graph, '{ anything(value: {a: [1, "x"]}) }')).toEqual({
      anything: '{"value":{"a":[1,"x"]}}',
    })
    expect(graph.seen[0]?.query).toContain('"x"')
  })

  test('names of variables like ours are left alone', async () => {
    const { graph } = echoGraph()
    const query = 'query ($_literal_0: Int) { echo(int: $_literal_0, text: "t") }'
    const { echo: got } = await answerOf(graph, query, { _literal_0: 5 })
    expect(JSON.parse(got)).toEqual({ int: 5, text: 't' })
  })
})

test('errors in variables keep the positions of the document as the client wrote it', async () => {
  const { graph } = echoGraph()
  const query = 'query Q(\n  $n: Int!\n) { echo(int: 1, list: [$n]) }'
  const { errors } = await graph.run(query, { n: 'many' })
  expect(errors?.[0]?.locations).toEqual([{ line: 2, column: 3 }])
})

test('introspection beside a hoisted literal is answered', async () => {
  const { graph } = echoGraph()
  const query = (int: number) =>
    `{ __type(name: "Color") { name fields(includeDeprecated: true) { name } } echo(int: ${int}) }`
  for (const int of [1, 2]) {
    expect(await answerOf(graph, query(int))).toEqual({
      __type: { name: 'Color', fields: null },
      echo: JSON.stringify({ int }),
    })
  }
})
