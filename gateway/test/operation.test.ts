import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { composeSupergraph } from '../src/execute/testing/federated-graph.ts'
import { open } from './socket-client.ts'
import { eventually, SDL, SUPERGRAPH, startGateway } from './start-gateway.ts'

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
    const load = async () => {
      while (!isOver) {
        try {
          const response = await gateway.post({ query: 'mutation { increment }' })
          await response.text()
          if (response.status === 200) answered += 1
          else failures.push(response.status)
        } catch (error) {
          const { code } = (error as { cause?: { code?: string } }).cause ?? {}
          // No longer listening: that request was never accepted.
          if (code === 'ECONNREFUSED') return
          failures.push(error)
        }
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
