import { expect } from 'vitest'
import { WebSocket } from 'ws'
import { eventually, next, type TestGateway } from './start-gateway.ts'

export interface Message {
  readonly type: string
  readonly id?: string
  readonly payload?: unknown
}

export interface ConnectOptions {
  readonly origin?: string
  readonly protocol?: string
  readonly headers?: Record<string, string>
  /** The payload of `connection_init`; `null` sends none. */
  readonly init?: object | null
}

/** A socket that speaks graphql-transport-ws by hand, so that it can break every rule. */
export interface SocketClient {
  readonly socket: WebSocket
  readonly messages: Message[]
  /** The code that the socket was closed with. */
  readonly closed: Promise<number>
  send(message: object | string): void
  subscribe(id: string, query: string, more?: object): void
  /** Waits until a message arrived. */
  received(message: object): Promise<void>
}

export const connect = async (gateway: TestGateway, options: ConnectOptions = {}): Promise<SocketClient> => {
  const { origin, headers, protocol = 'graphql-transport-ws', init = null } = options
  const socket = new WebSocket(gateway.url.replace('http', 'ws'), protocol, {
    ...(origin && { origin }),
    ...(headers && { headers }),
  })
  const messages: Message[] = []
  socket.on('message', (data) => messages.push(JSON.parse(String(data))))
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  await next(socket, 'open')
  const client: SocketClient = {
    socket,
    messages,
    closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    subscribe: (id, query, more) => client.send({ id, type: 'subscribe', payload: { query, ...more } }),
    received: (message) => eventually(() => expect(messages).toContainEqual(message)),
  }
  if (init) client.send({ type: 'connection_init', payload: init })
  return client
}

/** A socket after its handshake. */
export const open = async (gateway: TestGateway, options: ConnectOptions = {}): Promise<SocketClient> => {
  const client = await connect(gateway, { init: {}, ...options })
  await client.received({ type: 'connection_ack' })
  return client
}
