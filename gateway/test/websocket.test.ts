import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { next, startGateway, type TestGateway } from './start-gateway.ts'

/** A socket that speaks graphql-transport-ws by hand, so that it can break every rule. */
const open = async (
  gateway: TestGateway,
  options: { origin?: string; protocol?: string; init?: object | null } = {},
) => {
  const { origin, protocol = 'graphql-transport-ws', init = {} } = options
  const socket = new WebSocket(gateway.url.replace('http', 'ws'), protocol, { ...(origin && { origin }) })
  const messages: { type: string; id?: string; payload?: unknown }[] = []
  socket.on('message', (data) => messages.push(JSON.parse(String(data))))
  const closed = next(socket, 'close').then(([code]) => code as number)
  closed.catch(() => {})
  await next(socket, 'open')
  const send = (message: object | string) =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  if (init) {
    send({ type: 'connection_init', payload: init })
    await vi.waitFor(() => expect(messages).toContainEqual({ type: 'connection_ack' }))
  }
  return { socket, messages, closed, send }
}

describe('WebSocket', () => {
  it('carries queries, mutations and subscriptions', async () => {
    const gateway = await startGateway()
    const { send, messages } = await open(gateway)
    send({ id: 'q', type: 'subscribe', payload: { query: '{ hello }' } })
    send({ id: 'm', type: 'subscribe', payload: { query: 'mutation { increment(by: 4) }' } })
    send({ id: 's', type: 'subscribe', payload: { query: 'subscription { numbers }' } })
    await vi.waitFor(() => expect(gateway.observed.events.listeners).toBe(1))
    gateway.observed.events.emit(7)
    await vi.waitFor(() =>
      expect(messages).toEqual(
        expect.arrayContaining([
          { id: 'q', type: 'next', payload: { data: { hello: 'Hello, world!' } } },
          { id: 'q', type: 'complete' },
          { id: 'm', type: 'next', payload: { data: { increment: 4 } } },
          { id: 's', type: 'next', payload: { data: { numbers: 7 } } },
        ]),
      ),
    )
    send({ id: 's', type: 'complete' })
    await vi.waitFor(() => expect(gateway.observed.events.listeners).toBe(0))
  })

  it('frees a subscription when its socket is dropped', async () => {
    const gateway = await startGateway()
    const { send, socket } = await open(gateway)
    send({ id: 's', type: 'subscribe', payload: { query: 'subscription { numbers }' } })
    await vi.waitFor(() => expect(gateway.observed.events.listeners).toBe(1))
    socket.terminate()
    await vi.waitFor(() => expect(gateway.observed.events.listeners).toBe(0))
  })
})
