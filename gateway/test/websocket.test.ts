import { createClient } from 'graphql-ws'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Revocation } from '../src/index.ts'
import { connect, open } from './socket-client.ts'
import { eventually, startGateway } from './start-gateway.ts'
import { AUDIENCE, createKey, createToken, ISSUER } from './tokens.ts'

describe('WebSocket', () => {
  it('carries queries, mutations and subscriptions', async () => {
    const gateway = await startGateway()
    const client = await open(gateway)
    client.subscribe('q', '{ hello }')
    client.subscribe('m', 'mutation { increment(by: 4) }')
    client.subscribe('s', 'subscription { numbers }')
    await eventually(() => expect(gateway.observed.events.listeners).toBe(1))
    gateway.observed.events.emit(7)
    await client.received({ id: 'q', type: 'next', payload: { data: { hello: 'Hello, world!' } } })
    await client.received({ id: 'q', type: 'complete' })
    await client.received({ id: 'm', type: 'next', payload: { data: { increment: 4 } } })
    await client.received({ id: 's', type: 'next', payload: { data: { numbers: 7 } } })
    client.send({ id: 's', type: 'complete' })
    await eventually(() => expect(gateway.observed.events.listeners).toBe(0))
  })

  it('works with the graphql-ws client', async () => {
    const gateway = await startGateway()
    const client = createClient({ url: gateway.url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 })
    const stream = client.iterate({ query: 'subscription { numbers }' })
    const first = stream.next()
    await eventually(() => expect(gateway.observed.events.listeners).toBe(1))
    gateway.observed.events.emit(1)
    expect((await first).value).toEqual({ data: { numbers: 1 } })
    await stream.return?.(undefined)
    await eventually(() => expect(gateway.observed.events.listeners).toBe(0))
    await client.dispose()
  })

  it('tells what is wrong with an operation and goes on', async () => {
    const gateway = await startGateway({ limits: { maxDepth: 2 } })
    const client = await open(gateway)
    client.subscribe('1', '{ nothing }')
    client.subscribe('2', '{')
    client.subscribe('3', '{ items { nodes { name } } }')
    client.subscribe('4', 'query A { hello } query B { hello }', { operationName: 'C' })
    client.subscribe('5', '{ hello }')
    await client.received({ id: '5', type: 'complete' })
    const codes = client.messages
      .filter(({ type }) => type === 'error')
      .map(({ id, payload }) => [id, (payload as { extensions: { code: string } }[])[0]?.extensions.code])
    expect(Object.fromEntries(codes)).toEqual({
      1: 'GRAPHQL_VALIDATION_FAILED',
      2: 'GRAPHQL_PARSE_FAILED',
      3: 'GRAPHQL_VALIDATION_FAILED',
      4: 'OPERATION_RESOLUTION_FAILURE',
    })
  })

  it('masks errors of streams and of events', async () => {
    const gateway = await startGateway()
    const client = await open(gateway)
    client.subscribe('1', '{ broken }')
    client.subscribe('2', 'subscription { faulty }')
    await eventually(() => expect(gateway.observed.events.listeners).toBe(1))
    gateway.observed.events.emit(1)
    await eventually(() =>
      expect(client.messages.filter(({ id, type }) => id === '2' && type === 'next')).toHaveLength(1),
    )
    const text = JSON.stringify(client.messages)
    expect(text).toContain('INTERNAL')
    expect(text).not.toMatch(/secrets|hunter2/)
  })

  it('frees a subscription when its socket is dropped, even while it starts', async () => {
    const gateway = await startGateway()
    const client = await open(gateway)
    client.subscribe('s', 'subscription { numbers }')
    await eventually(() => expect(gateway.observed.events.listeners).toBe(1))
    client.socket.terminate()
    await eventually(() => expect(gateway.observed.events.listeners).toBe(0))
    for (let round = 0; round < 20; round += 1) {
      const hasty = await open(gateway)
      hasty.subscribe('s', 'subscription { numbers }')
      hasty.socket.terminate()
      await hasty.closed
    }
    await eventually(async () => {
      const metrics = await (await fetch(`${gateway.origin}/metrics`)).text()
      expect(metrics).toContain('gateway_sockets 0\n')
      expect(gateway.observed.events.listeners).toBe(0)
    })
  })
})

describe('WebSocket close codes', () => {
  it('4408 without connection_init in time', async () => {
    const gateway = await startGateway({ limits: { initTimeoutMs: 200 } })
    expect(await (await connect(gateway)).closed).toBe(4408)
  })
  it('4429 after a second connection_init', async () => {
    const client = await open(await startGateway())
    client.send({ type: 'connection_init' })
    expect(await client.closed).toBe(4429)
  })
  it('4401 for an operation before the acknowledgement', async () => {
    const client = await connect(await startGateway())
    client.subscribe('1', '{ hello }')
    expect(await client.closed).toBe(4401)
  })
  it('4409 for an id in use', async () => {
    const client = await open(await startGateway())
    client.subscribe('1', 'subscription { numbers }')
    client.subscribe('1', 'subscription { numbers }')
    expect(await client.closed).toBe(4409)
  })
  it.each(['garbage', '{"type":"unknown"}', '{"id":1,"type":"subscribe"}', '[]'])('4400 for %s', async (message) => {
    const client = await open(await startGateway())
    client.send(message)
    expect(await client.closed).toBe(4400)
  })
  it('4406 for another subprotocol', async () => {
    const gateway = await startGateway()
    await expect(connect(gateway, { protocol: 'graphql-ws' })).rejects.toThrow()
  })
  it('1009 for a message over 64 kB', async () => {
    const client = await open(await startGateway())
    client.subscribe('1', `{ hello(name: "${'x'.repeat(66_000)}") }`)
    expect(await client.closed).toBe(1009)
  })
  it('4429 for too many messages', async () => {
    const client = await open(await startGateway({ limits: { maxMessagesPerMinute: 10 } }))
    for (let count = 0; count < 20; count += 1) client.send({ type: 'ping' })
    expect(await client.closed).toBe(4429)
    expect(client.messages.filter(({ type }) => type === 'pong').length).toBeLessThanOrEqual(9)
  })
  it('4429 for too many sockets of one address', async () => {
    const gateway = await startGateway({ limits: { maxSocketsPerAddress: 2 } })
    const first = await open(gateway)
    await open(gateway)
    expect(await (await connect(gateway, { init: {} })).closed).toBe(4429)
    first.socket.close()
    await first.closed
    await eventually(() => open(gateway))
  })
  it('1006 for a reader who stops reading, with at most 1 MB held for it', async () => {
    const gateway = await startGateway({
      limits: { maxMessagesPerMinute: Number.POSITIVE_INFINITY, maxOperationsPerSocket: Number.POSITIVE_INFINITY },
    })
    const client = await open(gateway)
    client.subscribe('s', 'subscription { numbers }')
    await eventually(() => expect(gateway.observed.events.listeners).toBe(1))
    client.socket.pause()
    const before = process.memoryUsage().arrayBuffers
    for (let count = 0; count < 1_000; count += 1) client.subscribe(`q${count}`, '{ big }')
    await eventually(() => expect(gateway.observed.events.listeners).toBe(0))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1_048_576)
    client.socket.resume()
    expect(await client.closed).toBe(1006)
  })
})

describe('WebSocket limits', () => {
  it('gives up queries and mutations at their deadline, and never subscriptions', async () => {
    const gateway = await startGateway({ limits: { requestTimeoutMs: 200 } })
    const client = await open(gateway)
    client.subscribe('s', 'subscription { numbers }')
    client.subscribe('q', '{ slow }')
    client.subscribe('m', 'mutation { linger }')
    await client.received({ id: 'q', type: 'complete' })
    await client.received({ id: 'm', type: 'complete' })
    for (const id of ['q', 'm']) {
      expect(client.messages.find((message) => message.id === id)?.payload).toMatchObject({
        errors: [{ extensions: { code: 'TIMEOUT' } }],
      })
    }
    gateway.observed.events.emit(3)
    await client.received({ id: 's', type: 'next', payload: { data: { numbers: 3 } } })
  })

  it('counts frames of control as messages', async () => {
    const client = await open(await startGateway({ limits: { maxMessagesPerMinute: 10 } }))
    for (let count = 0; count < 20; count += 1) client.socket.ping()
    expect(await client.closed).toBe(4429)
  })

  it('refuses operations beyond the limit, not the socket', async () => {
    const gateway = await startGateway({ limits: { maxOperationsPerSocket: 2 } })
    const client = await open(gateway)
    for (const id of ['1', '2', '3']) client.subscribe(id, 'subscription { numbers }')
    await eventually(() => expect(client.messages).toContainEqual(expect.objectContaining({ id: '3', type: 'error' })))
    expect(gateway.observed.events.listeners).toBe(2)
    expect(client.socket.readyState).toBe(WebSocket.OPEN)
  })

  it('lets pages of our own and of listed origins connect', async () => {
    const gateway = await startGateway({ origins: ['https://app.test'] })
    await open(gateway, { origin: 'https://app.test' })
    await open(gateway, { origin: gateway.origin })
    await expect(connect(gateway, { origin: 'https://evil.test' })).rejects.toThrow('403')
    await expect(connect(gateway, { origin: 'null' })).rejects.toThrow('403')
  })

  it('is found at one path only', async () => {
    const gateway = await startGateway()
    await expect(connect({ ...gateway, url: `${gateway.origin}/elsewhere` })).rejects.toThrow('404')
  })
})

describe('WebSocket authentication', () => {
  const start = async (limits = {}) => {
    const key = await createKey('key-1')
    let revoke: (revocation: Revocation) => void = () => {}
    const { importJWK } = await import('jose')
    const publicKey = await importJWK(key.publicJwk, key.alg)
    const gateway = await startGateway({
      limits,
      auth: {
        jwks: async () => publicKey as CryptoKey,
        issuer: ISSUER,
        audience: AUDIENCE,
        onRevoked: (listener) => {
          revoke = listener
          return () => {}
        },
      },
    })
    return { gateway, key, revoke: (revocation: Revocation) => revoke(revocation) }
  }
  const bearer = async (...args: Parameters<typeof createToken>) => ({
    authorization: `Bearer ${await createToken(...args)}`,
  })

  it('is by the payload of connection_init, or else by the upgrade request', async () => {
    const { gateway, key } = await start()
    const byPayload = await open(gateway, { init: await bearer(key) })
    byPayload.subscribe('1', '{ whoami { id } }')
    await byPayload.received({ id: '1', type: 'next', payload: { data: { whoami: { id: 'user-1' } } } })
    const byHeader = await open(gateway, { headers: await bearer(key, { claims: { sub: 'user-2' } }) })
    byHeader.subscribe('1', '{ whoami { id } }')
    await byHeader.received({ id: '1', type: 'next', payload: { data: { whoami: { id: 'user-2' } } } })
  })

  it('closes with 4403 for a bad token, and runs nothing that was sent after it', async () => {
    const { gateway, key } = await start()
    const client = await connect(gateway, { init: await bearer(key, { claims: { aud: 'elsewhere' } }) })
    client.subscribe('1', '{ whoami { id } }')
    expect([4401, 4403]).toContain(await client.closed)
    expect(gateway.observed.callers).toEqual([])
  })

  it('closes within 5 s of the token’s end', async () => {
    const { gateway, key } = await start()
    const exp = Math.floor(Date.now() / 1000) + 2
    const client = await open(gateway, { init: await bearer(key, { claims: { exp } }) })
    client.subscribe('s', 'subscription { numbers }')
    expect(await client.closed).toBe(4403)
    expect(Date.now() - exp * 1000).toBeLessThan(5_000)
    await eventually(() => expect(gateway.observed.events.listeners).toBe(0))
  })

  it('closes when the session is revoked, and only that one', async () => {
    const { gateway, key, revoke } = await start()
    const ended = await open(gateway, { init: await bearer(key) })
    const other = await open(gateway, { init: await bearer(key, { claims: { sid: 'session-2' } }) })
    revoke({ sessionId: 'session-1' })
    expect(await ended.closed).toBe(4403)
    expect(other.socket.readyState).toBe(WebSocket.OPEN)
    revoke({ viewerId: 'user-1' })
    expect(await other.closed).toBe(4403)
  })

  it('allows one viewer so many sockets', async () => {
    const { gateway, key } = await start({ maxSocketsPerViewer: 1 })
    await open(gateway, { init: await bearer(key) })
    expect(await (await connect(gateway, { init: await bearer(key) })).closed).toBe(4429)
    await open(gateway, { init: await bearer(key, { claims: { sub: 'user-2' } }) })
  })
})
