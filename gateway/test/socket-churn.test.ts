import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { LENIENT_LIMITS, STRICT_LIMITS } from '../src/protect/limits.ts'
import { connect, open } from './socket-client.ts'
import { eventually, startGateway } from './start-gateway.ts'

/** Timers, sockets and what else keeps a process alive, by kind. */
const handles = () => {
  const counts: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1
  return { timers: counts.Timeout ?? 0, sockets: counts.TCPSocketWrap ?? 0 }
}

it('sockets that come and go in every state leave nothing behind', { timeout: 60_000 }, async () => {
  const gateway = await startGateway()
  const metrics = async () => (await fetch(`${gateway.origin}/metrics`)).text()
  const before = handles()
  const come = async (index: number) => {
    const client = await (index % 3 === 0 ? connect(gateway) : open(gateway))
    if (index % 3 === 2) client.subscribe('s', 'subscription { numbers }')
    if (index % 6 === 2) await eventually(() => expect(gateway.observed.events.listeners).toBeGreaterThan(0))
    if (index % 2 === 0) client.socket.terminate()
    else client.socket.close(1000)
    await client.closed
  }
  for (let round = 0; round < 8; round += 1) await Promise.all(Array.from({ length: 30 }, (_, index) => come(index)))
  await eventually(() => {
    expect(gateway.observed.events.listeners).toBe(0)
    // The test's own waiting is one timer.
    expect(handles()).toEqual({ ...before, timers: expect.any(Number) })
    expect(handles().timers).toBeLessThanOrEqual(before.timers + 2)
  })
  expect(await metrics()).toMatch(/gateway_sockets 0\n[\s\S]*gateway_streams\{protocol="websocket"\} 0\n/)
})

it('sockets of a production gateway neither show the schema nor guess at names', async () => {
  const client = await open(await startGateway({ production: true }))
  client.subscribe('1', '{ __schema { types { name } } }')
  client.subscribe('2', '{ helo }')
  await eventually(() => expect(client.messages.filter(({ type }) => type === 'error')).toHaveLength(2))
  expect(JSON.stringify(client.messages)).not.toMatch(/"types"|Did you mean|hello/)
  expect(client.socket.readyState).toBe(WebSocket.OPEN)
})

it.each([STRICT_LIMITS, LENIENT_LIMITS])('every gateway bounds what a socket and a body may be', (limits) => {
  expect(limits).toMatchObject({
    initTimeoutMs: 3_000,
    maxMessageBytes: 65_536,
    maxBufferedBytes: 1_048_576,
    maxBodyBytes: 1_048_576,
    maxMessagesPerMinute: 100,
  })
})
