import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { composeSupergraph } from '../src/execute/testing/federated-graph.ts'
import { sha256 } from '../src/protect/trusted-documents.ts'
import { open } from './socket-client.ts'
import { eventually, type LogLine, SDL, SUPERGRAPH, startGateway } from './start-gateway.ts'

describe('health', () => {
  it('tells life from readiness, and names the services', async () => {
    const ping = vi.fn(async () => {})
    const transport = {
      execute: async () => ({ data: {} }),
      subscribe: () => {
        throw new Error('not subscribed here')
      },
      ping,
      close: async () => {},
    }
    const gateway = await startGateway({ services: { things: { transport } } })
    await gateway.query('{ hello }')
    const health = async (path: string) => {
      const response = await fetch(gateway.origin + path)
      return [response.status, await response.json()]
    }
    expect(await health('/health/live')).toEqual([200, { status: 'live' }])
    expect(await health('/health/ready')).toEqual([200, { status: 'ready', services: { things: 'up' } }])
    expect(await health('/health/ready/things')).toEqual([200, { status: 'up' }])
    expect((await health('/health/ready/nothing'))[0]).toBe(404)
    ping.mockRejectedValue(new Error('down'))
    await expect
      .poll(() => health('/health'), { timeout: 5_000 })
      .toEqual([503, { status: 'unready', services: { things: 'down' } }])
    expect(await health('/health/ready/things')).toEqual([503, { status: 'down' }])
    expect((await health('/health/live'))[0]).toBe(200)
  })
})

describe('metrics', () => {
  it('count what happens, in a registry of this gateway', async () => {
    const gateway = await startGateway()
    const other = await startGateway()
    await gateway.query('{ hello }')
    await gateway.query('{ hello }')
    await open(gateway)
    const text = async ({ origin }: { origin: string }) => (await fetch(`${origin}/metrics`)).text()
    const metrics = await text(gateway)
    expect(metrics).toMatch(/gateway_request_seconds_count\{protocol="http",outcome="ok"\} 2/)
    expect(metrics).toMatch(/gateway_plan_cache_lookups_total\{result="hit"\} 1/)
    expect(metrics).toMatch(/gateway_fetch_seconds_count\{service="things",result="ok"\} 2/)
    expect(metrics).toMatch(/gateway_sockets 1\n/)
    expect(await text(other)).not.toMatch(/gateway_request_seconds_count/)
  })
})

describe('what operators see', () => {
  const OLD = SDL.replace('type Query {', 'type Query { old(by: Int): Int @deprecated(reason: "use counted") ')
  const supergraph = { sdl: composeSupergraph({ things: { sdl: OLD, resolvers: {} } }) }
  const logTo = (lines: LogLine[]) =>
    pino(
      { level: 'info' },
      new Writable({
        write(chunk, _encoding, done) {
          lines.push(JSON.parse(String(chunk)) as LogLine)
          done()
        },
      }),
    )

  it('is which operations run, for which clients, and how, over every protocol, and nothing that clients wrote but names', async () => {
    const lines: LogLine[] = []
    const gateway = await startGateway({ supergraph, managementPort: 0, log: logTo(lines), slowOperationMs: 1 })
    const web = { 'apollographql-client-name': 'web', 'apollographql-client-version': '1.2' }
    const named = 'query Greeting { hello(name: "secret") }'
    for (let count = 0; count < 3; count++) await gateway.query(named, web)
    await gateway.query('query Refused { refused }', { 'graphql-client-name': 'not a "name"' })
    await gateway.query('{ old(by: 1) }', { 'graphql-client-name': 'ios' })
    const socket = await open(gateway, { init: { 'graphql-client-name': 'tv' } })
    socket.subscribe('q', 'query Slow { slow }')
    await eventually(() => expect(gateway.observed.waiting).toBe(1))
    gateway.observed.release()
    await socket.received({ id: 'q', type: 'complete' })

    const management = `http://127.0.0.1:${gateway.managementPort}`
    const metrics = await (await fetch(`${management}/metrics`)).text()
    expect(metrics).toContain('gateway_operation_seconds_count{operation="Greeting",result="ok"} 3')
    expect(metrics).toContain('gateway_operation_seconds_count{operation="Refused",result="failed"} 1')
    expect(metrics).toContain('gateway_client_operations_total{client="web",result="ok"} 3')
    expect(metrics).toContain('gateway_client_operations_total{client="tv",result="ok"} 1')
    expect((await fetch(`${management}/health/ready`)).status).toBe(200)
    for (const path of ['/metrics', '/usage']) expect((await fetch(gateway.origin + path)).status).toBe(404)

    const usage = (await (await fetch(`${management}/usage`)).json()) as Record<string, Record<string, unknown>[]>
    expect(usage.deprecated).toEqual([
      {
        coordinate: 'Query.old',
        reason: 'use counted',
        requests: 1,
        failures: 0,
        lastUsedAt: expect.any(String),
        clients: { ios: 1 },
      },
    ])
    expect(usage.unused).toContain('Query.counted')
    expect(usage.unused).not.toContain('Query.hello')
    expect(usage.used).toContainEqual(
      expect.objectContaining({ coordinate: 'Query.hello(name:)', clients: { 'web 1.2': 3 } }),
    )
    expect(usage.operations).toContainEqual(expect.objectContaining({ name: 'Greeting', type: 'query', requests: 3 }))

    await eventually(() => expect(lines.filter(({ msg }) => msg === 'request').length).toBeGreaterThanOrEqual(5))
    expect(lines).toContainEqual(
      expect.objectContaining({
        msg: 'request',
        operation: 'Greeting',
        client: 'web',
        clientVersion: '1.2',
        status: 200,
      }),
    )
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: 'request', operation: 'Refused', errors: ['FORBIDDEN'] }),
    )
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: 'websocket operation', operation: 'Slow', client: 'tv' }),
    )
    expect(lines).toContainEqual(expect.objectContaining({ msg: 'a slow operation', operation: 'Slow' }))
    expect(JSON.stringify(lines)).not.toContain('secret')
  })

  it('has so many names only, and those of trusted documents if there are any', async () => {
    const trusted = 'query Known { hello }'
    const trustedDocuments = { manifest: { [sha256(trusted)]: trusted }, mode: 'log' } as const
    const gateway = await startGateway({ trustedDocuments })
    await gateway.query(trusted)
    await gateway.query('query Invented { hello }')
    for (let count = 0; count < 40; count++)
      await gateway.query('{ hello }', { 'graphql-client-name': `client ${count}` })
    const metrics = await (await fetch(`${gateway.origin}/metrics`)).text()
    expect(metrics).toContain('gateway_operation_seconds_count{operation="Known",result="ok"} 1')
    expect(metrics).toContain('gateway_operation_seconds_count{operation="other",result="ok"} 1')
    expect(metrics).not.toContain('Invented')
    expect(metrics).toMatch(/gateway_client_operations_total\{client="other",result="ok"\} 1\d/)
  })
})

describe('the supergraph', () => {
  it('is swapped when its file changes; a broken one is not', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'gateway-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const file = join(directory, 'supergraph.graphql')
    writeFileSync(file, SUPERGRAPH)
    const gateway = await startGateway({ supergraph: { file } })
    const socket = await open(gateway)
    socket.subscribe('s', 'subscription { numbers }')
    await eventually(() => expect(gateway.observed.events.listeners).toBe(1))
    const hasField = async () => {
      const { data } = await gateway.query('{ __type(name: "Query") { fields { name } } }')
      const type = data?.__type as { fields: { name: string }[] } | undefined
      return type?.fields.some(({ name }) => name === 'added')
    }
    expect(await hasField()).toBe(false)

    const next = composeSupergraph({
      things: { sdl: SDL.replace('type Query {', 'type Query { added: Int '), resolvers: {} },
    })
    writeFileSync(file, next)
    await eventually(async () => expect(await hasField()).toBe(true))
    await eventually(() => expect(gateway.observed.events.listeners).toBe(1))
    gateway.observed.events.emit(9)
    await socket.received({ id: 's', type: 'next', payload: { data: { numbers: 9 } } })

    expect(() => gateway.update('type Query { a: Int }')).toThrow()
    expect(await hasField()).toBe(true)
  })
})

/** One mutation over a connection that is kept; its status, or what became of it. */
const increment = (url: string, agent: Agent): Promise<unknown> =>
  new Promise((resolve) => {
    const headers = { 'content-type': 'application/json' }
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode))
    })
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // Nobody listens any more; or the system had taken the connection, and nobody had yet taken it from there.
      const isNew = error.code === 'ECONNREFUSED' || (error.code === 'ECONNRESET' && !sent.reusedSocket)
      resolve(isNew ? 'never accepted' : error)
    })
    sent.end(JSON.stringify({ query: 'mutation { increment }' }))
  })

describe('closing', () => {
  it('answers everything that was accepted under load, then ends sockets with 1001', { timeout: 30_000 }, async () => {
    const gateway = await startGateway()
    const idle = await open(gateway)
    const asking = await open(gateway)
    asking.subscribe('q', '{ slow }')
    const slow = gateway.query('{ slow }', { authorization: 'a' })
    await eventually(() => expect(gateway.observed.waiting).toBe(2))

    let answered = 0
    const failures: unknown[] = []
    let isOver = false
    const agent = new Agent({ keepAlive: true })
    onTestFinished(() => agent.destroy())
    const load = async () => {
      while (!isOver) {
        const status = await increment(gateway.url, agent)
        if (status === 200) answered += 1
        else if (status === 'never accepted') return
        else failures.push(status)
      }
    }
    const clients = Array.from({ length: 8 }, load)
    await eventually(() => expect(answered).toBeGreaterThan(50))
    const before = answered
    const closing = gateway.close()
    await eventually(() => expect(answered).toBeGreaterThan(before))
    await Promise.all(clients)
    isOver = true
    gateway.observed.release()
    expect(await slow).toEqual({ data: { slow: 'at last' } })
    await closing
    expect(failures).toEqual([])
    expect(await idle.closed).toBe(1001)
    expect(await asking.closed).toBe(1001)
    expect(asking.messages).toContainEqual({ id: 'q', type: 'next', payload: { data: { slow: 'at last' } } })
  })
})
