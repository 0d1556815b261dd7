import { EventEmitter, on } from 'node:events'
import type { ExecutionResult } from 'graphql'
import { afterEach, expect, test } from 'vitest'
import { composeSupergraph, type FederatedGraph, federatedGraph, type TestServices } from './testing/federated-graph.ts'

const bus = new EventEmitter()
const graphs: FederatedGraph[] = []

afterEach(async () => {
  await Promise.all(graphs.splice(0).map((graph) => graph.engine.close()))
})

interface Request {
  readonly signal: AbortSignal
}

/** Events of `topic` until the stream is returned, as a service's resolver gives them. */
async function* events(topic: string, { signal }: Request) {
  for await (const [payload] of on(bus, topic, { signal })) yield { [topic]: payload }
}

const userFields = 'id: ID! name: String'
const services = (fields = userFields, chatExtra = ''): TestServices => ({
  users: {
    sdl: `type Query { me: User } type User @key(fields: "id") { ${fields} }`,
    resolvers: {
      User: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `U${id}`, nick: `n${id}` }) },
    },
  },
  chat: {
    sdl: `type Query { chat: Int } type Subscription { said: Message! typing: Message ${chatExtra} }
      type Message { text: String! from: User! } type User @key(fields: "id") { id: ID! }`,
    resolvers: {
      Subscription: {
        said: { subscribe: (_root: unknown, _args: unknown, context: unknown) => events('said', context as Request) },
        typing: {
          subscribe: (_root: unknown, _args: unknown, context: unknown) => events('typing', context as Request),
        },
      },
    },
  },
})

async function start(query: string, variables: Record<string, unknown> = {}) {
  const graph = federatedGraph(services())
  graphs.push(graph)
  const stream = await graph.subscribe(query, variables)
  if (!(Symbol.asyncIterator in stream)) throw new Error(`expected a stream, got ${JSON.stringify(stream)}`)
  return { graph, stream }
}

/** Reads the next result, and emits once the service listens. */
async function nextAfter(stream: AsyncIterator<ExecutionResult>, topic: string, payload: unknown) {
  const next = stream.next()
  await expect.poll(() => bus.listenerCount(topic)).toBeGreaterThan(0)
  bus.emit(topic, payload)
  return (await next).value
}

const message = (text: string, id = '1') => ({ text, from: { __typename: 'User', id } })

test('an event selects fields of any service, and its failures stay in its own result', async () => {
  const { graph, stream } = await start('subscription { said { text from { name } } }')
  expect(await nextAfter(stream, 'said', message('hi'))).toEqual({
    data: { said: { text: 'hi', from: { name: 'U1' } } },
  })
  const bad = await nextAfter(stream, 'said', { ...message('x'), text: null })
  expect(bad).toMatchObject({ data: null, errors: [{ path: ['said', 'text'] }] })
  graph.break('users')
  expect(await nextAfter(stream, 'said', message('yo'))).toMatchObject({
    data: { said: { text: 'yo', from: { name: null } } },
    errors: [{ path: ['said', 'from', 'name'] }],
  })
})

test('an event waits only so long for other services, and those that follow come through', async () => {
  const hanging = services()
  const aborted = Promise.withResolvers<void>()
  const User = {
    __resolveReference: ({ id }: { id: string }, { signal }: Request) => {
      if (id !== '1') return { id, name: `U${id}` }
      signal.addEventListener('abort', () => aborted.resolve())
      return new Promise(() => undefined)
    },
  }
  const graph = federatedGraph(
    { ...hanging, users: { ...hanging.users, resolvers: { User } } } as TestServices,
    {},
    100,
  )
  graphs.push(graph)
  const stream = await graph.subscribe('subscription { said { text from { name } } }')
  if (!(Symbol.asyncIterator in stream)) throw new Error('expected a stream')
  expect(await nextAfter(stream, 'said', message('hi'))).toMatchObject({
    data: { said: { text: 'hi', from: { name: null } } },
    errors: [{ extensions: { code: 'TIMEOUT' } }],
  })
  await aborted.promise
  expect(await nextAfter(stream, 'said', message('yo', '2'))).toEqual({
    data: { said: { text: 'yo', from: { name: 'U2' } } },
  })
})

test('conditions at the root choose the stream; none left is an answer without one', async () => {
  const query =
    'subscription ($typing: Boolean!) { said @skip(if: $typing) { text } typing @include(if: $typing) { text } }'
  const { graph, stream } = await start(query, { typing: true })
  expect(await nextAfter(stream, 'typing', message('…'))).toEqual({ data: { typing: { text: '…' } } })
  const nothing = await graph.subscribe('subscription ($no: Boolean!) { said @include(if: $no) { text } }', {
    no: false,
  })
  expect(nothing).toEqual({ data: {} })
})

test('return() ends a waiting reader and the stream of the service', async () => {
  const { stream } = await start('subscription { said { text } }')
  await nextAfter(stream, 'said', message('hi'))
  const waiting = stream.next()
  await stream.return?.()
  expect(await waiting).toEqual({ done: true, value: undefined })
  await expect.poll(() => bus.listenerCount('said')).toBe(0)
})

test('a supergraph swap keeps the stream and continues with the new plan', async () => {
  const { graph, stream } = await start('subscription { said { text from { id name } } }')
  await nextAfter(stream, 'said', message('one'))
  const before = graph.seen.filter(({ query }) => query.startsWith('subscription')).length
  graph.engine.update(composeSupergraph(services(`${userFields} nick: String`)))
  expect(await nextAfter(stream, 'said', message('two', '2'))).toEqual({
    data: { said: { text: 'two', from: { id: '2', name: 'U2' } } },
  })
  expect(graph.seen.filter(({ query }) => query.startsWith('subscription'))).toHaveLength(before)
})

test('a supergraph swap that takes a selected field away ends the stream with the error', async () => {
  const { graph, stream } = await start('subscription { said { from { name } } }')
  const waiting = stream.next()
  graph.engine.update(composeSupergraph(services('id: ID!')))
  expect((await waiting).value?.errors?.[0]?.message).toMatch(/name/)
  expect((await stream.next()).done).toBe(true)
})
