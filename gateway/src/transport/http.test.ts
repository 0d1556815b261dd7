import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildSchema } from 'graphql'
import { useServer as serveGraphqlWs } from 'graphql-ws/use/ws'
import { afterEach, expect, test, vi } from 'vitest'
import { WebSocketServer } from 'ws'
import { createHttpTransport, type HttpTransportOptions } from './http.ts'
import type { RequestContext, SubgraphTransport } from './transport.ts'

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function serve(listener: RequestListener, port = 0) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  cleanups.push(stop)
  return { server, stop, port: (server.address() as AddressInfo).port }
}

function transportTo(port: number, options: Partial<HttpTransportOptions> = {}): SubgraphTransport {
  const transport = createHttpTransport({ service: 'a', url: `http://127.0.0.1:${port}/graphql`, ...options })
  cleanups.push(() => transport.close())
  return transport
}

const context = (headers: Record<string, string> = {}, signal?: AbortSignal): RequestContext => ({
  requestId: 'r',
  identity: null,
  scopes: null,
  headersFor: () => headers,
  ...(signal === undefined ? {} : { signal }),
})

const answering =
  (data: unknown, seen: string[] = []): RequestListener =>
  async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    seen.push(body)
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ data }))
  }

test('posts the query, its variables and the forwarded headers', async () => {
  const seen: unknown[] = []
  const { port } = await serve(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    seen.push({ ...JSON.parse(body), viewer: request.headers['x-viewer'] })
    response.end('{"data":{"a":1}}')
  })
  const request = {
    query: 'query Q{a}',
    operationName: 'Q',
    variables: { v: 1 },
    context: context({ 'x-viewer': 'me' }),
  }
  expect(await transportTo(port).execute(request)).toEqual({ data: { a: 1 } })
  expect(seen).toEqual([{ query: 'query Q{a}', operationName: 'Q', variables: { v: 1 }, viewer: 'me' }])
})

test('shares one call between identical queries of the same viewer only, and never its data', async () => {
  const seen: string[] = []
  const { port } = await serve(answering({ a: { b: 1 } }, seen))
  const transport = transportTo(port)
  const ask = (viewer: string, query = '{a{b}}') =>
    transport.execute({ query, context: context({ viewer, 'x-request-id': Math.random().toString() }) })
  const [one, two] = await Promise.all([ask('x'), ask('x'), ask('y')])
  expect(seen).toHaveLength(2)
  expect(one).toEqual(two)
  expect(one?.data?.a).not.toBe(two?.data?.a)
  await Promise.all([ask('x', 'mutation{a{b}}'), ask('x', 'mutation{a{b}}')])
  expect(seen).toHaveLength(4)
})

test('a connection that the service closes is retried for queries, not for mutations', async () => {
  let calls = 0
  const { port } = await serve((request, response) => {
    calls++
    if (calls === 1) request.socket.destroy()
    else response.end('{"data":{"a":1}}')
  })
  const transport = transportTo(port)
  expect(await transport.execute({ query: '{a}', context: context() })).toEqual({ data: { a: 1 } })
  expect(calls).toBe(2)
  calls = 0
  const { errors } = await transport.execute({ query: 'mutation{a}', context: context() })
  expect(errors?.[0]?.extensions?.code).toBe('SERVICE_UNAVAILABLE')
  expect(calls).toBe(1)
})

test('says which way a service failed', async () => {
  const code = async (listener: RequestListener, options: Partial<HttpTransportOptions> = {}) => {
    const { port } = await serve(listener)
    const { errors } = await transportTo(port, options).execute({ query: '{a}', context: context() })
    return errors?.[0]?.extensions?.code
  }
  expect(await code((_, response) => response.writeHead(502).end('<html>'))).toBe('INVALID_SUBGRAPH_RESPONSE')
  expect(await code((_, response) => response.end('[]'))).toBe('INVALID_SUBGRAPH_RESPONSE')
  expect(await code(() => {}, { timeoutMs: 100 })).toBe('SERVICE_TIMEOUT')
})

test('stops asking a service that is down, and finds it again', async () => {
  const { port, stop } = await serve(answering({ a: 1 }))
  await stop()
  const transport = transportTo(port, { failureThreshold: 3, coolDownMs: 200 })
  await transport.execute({ query: '{a}', context: context() })
  const seen: string[] = []
  await serve(answering({ a: 1 }, seen), port)
  expect((await transport.execute({ query: '{a}', context: context() })).errors).toHaveLength(1)
  expect(seen).toEqual([])
  await vi.waitFor(
    async () => expect(await transport.execute({ query: '{a}', context: context() })).toEqual({ data: { a: 1 } }),
    { timeout: 3_000 },
  )
})

test('goes on asking a service that answers 500 with a GraphQL response, as any client can make it do', async () => {
  const body = '{"errors":[{"message":"no"}],"data":null}'
  const { port } = await serve((_, response) => void response.writeHead(500).end(body))
  const transport = transportTo(port, { failureThreshold: 2, coolDownMs: 60_000 })
  for (let count = 0; count < 4; count++) {
    expect((await transport.execute({ query: `{a${count}}`, context: context() })).errors?.[0]?.message).toBe('no')
  }
})

test('a client that goes away ends its call', async () => {
  const arrived = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  const { port } = await serve((request) => {
    request.socket.on('close', () => closed.resolve())
    arrived.resolve()
  })
  const controller = new AbortController()
  const answer = transportTo(port).execute({ query: '{a}', context: context({}, controller.signal) })
  await arrived.promise
  controller.abort()
  expect((await answer).errors).toHaveLength(1)
  await closed.promise
})

test('ping rejects when the service is gone', async () => {
  const { port, stop } = await serve(answering({ __typename: 'Query' }))
  const transport = transportTo(port)
  await transport.ping()
  await stop()
  await expect(transport.ping()).rejects.toThrow()
})

async function serveTicks(port: number, seenHeaders: unknown[], sockets: { count: number }) {
  const { server, port: bound, stop } = await serve((_, response) => void response.writeHead(404).end(), port)
  const wss = new WebSocketServer({ server, path: '/graphql' })
  wss.on('connection', () => sockets.count++)
  const schema = buildSchema('type Query { a: Int } type Subscription { tick: Int }')
  const disposable = serveGraphqlWs(
    {
      schema,
      onSubscribe: (_context, _id, payload) => void seenHeaders.push(payload.extensions?.headers),
      roots: {
        subscription: {
          tick: async function* () {
            for (let i = 0; i < 2; i++) yield { tick: i }
            await new Promise((resolve) => wss.once('drop', resolve))
          },
        },
      },
    },
    wss,
  )
  const crash = async () => {
    wss.emit('drop')
    for (const client of wss.clients) client.terminate()
    await stop()
  }
  cleanups.push(() => crash().then(() => disposable.dispose()))
  return { port: bound, crash }
}

test('subscriptions share one socket, carry fresh headers, and survive a restart of the service', async () => {
  const headers: unknown[] = []
  const sockets = { count: 0 }
  const first = await serveTicks(0, headers, sockets)
  const transport = transportTo(first.port)
  let issued = 0
  const viewer: RequestContext = { ...context(), headersFor: () => ({ assertion: String(++issued) }) }
  const one = transport.subscribe({ query: 'subscription{tick}', context: viewer })
  const two = transport.subscribe({ query: 'subscription{tick}', context: viewer })
  const read = async (stream: typeof one) => (await stream.next()).value?.data
  expect([await read(one), await read(one), await read(two), await read(two)]).toEqual(
    [0, 1, 0, 1].map((tick) => ({ tick })),
  )
  expect(sockets.count).toBe(1)
  expect(headers).toEqual([{ assertion: expect.any(String) }, { assertion: expect.any(String) }])
  const before = [...headers]
  await first.crash()
  await serveTicks(first.port, headers, sockets)
  expect(await read(one)).toEqual({ tick: 0 })
  expect(headers.length).toBeGreaterThan(2)
  for (const known of before) expect(headers.at(-1)).not.toEqual(known)
  await one.return?.()
  await two.return?.()
  expect(await one.next()).toEqual({ done: true, value: undefined })
})

test('a subscription that cannot be read as fast as events come says so before it ends', async () => {
  const { server, port } = await serve((_, response) => void response.writeHead(404).end())
  const wss = new WebSocketServer({ server, path: '/graphql' })
  const schema = buildSchema('type Query { a: Int } type Subscription { tick: Int }')
  const isOver = Promise.withResolvers<void>()
  const tick = async function* () {
    for (let i = 0; i < 1_100; i++) yield { tick: i }
    isOver.resolve()
  }
  const disposable = serveGraphqlWs({ schema, roots: { subscription: { tick } } }, wss)
  cleanups.push(() => disposable.dispose())
  const stream = transportTo(port).subscribe({ query: 'subscription{tick}', context: context() })
  expect((await stream.next()).value?.data).toEqual({ tick: 0 })
  await isOver.promise
  // All of it has arrived when what was asked after it is answered.
  const other = transportTo(port).subscribe({ query: 'subscription{tick}', context: context() })
  await other.next()
  const rest = await Array.fromAsync(stream)
  expect(rest.at(-1)?.errors?.[0]?.extensions?.code).toBe('EVENTS_LOST')
  expect(rest.length).toBeGreaterThanOrEqual(1_000)
  await other.return?.()
})

test('a subscription that the service refuses ends with its errors', async () => {
  const { port } = await serveTicks(0, [], { count: 0 })
  const stream = transportTo(port).subscribe({ query: 'subscription{nothing}', context: context() })
  expect((await stream.next()).value?.errors?.[0]?.message).toMatch(/nothing/)
  expect((await stream.next()).done).toBe(true)
})

test('a subscription at a service without a socket ends with an error', async () => {
  const { port } = await serve(answering({}))
  const stream = transportTo(port).subscribe({ query: 'subscription{tick}', context: context() })
  expect((await stream.next()).value?.errors?.[0]?.extensions?.code).toBe('SERVICE_UNAVAILABLE')
  expect((await stream.next()).done).toBe(true)
})
