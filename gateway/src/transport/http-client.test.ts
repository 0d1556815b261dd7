import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createSecureServer, getCACertificates, setDefaultCACertificates } from 'node:tls'
import selfsigned from 'selfsigned'
import { afterEach, expect, test, vi } from 'vitest'
import { Cancellation } from './cancellation.ts'
import { HttpClient, type HttpClientOptions } from './http-client.ts'

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Longer than what is read at a time, and its characters fall apart anywhere. */
const TURTLES = '🐢 żółw '.repeat(60_000)
const LONG = `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(TURTLES)}\r\n\r\n${TURTLES}`
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

interface Service {
  readonly port: number
  /** All connections so far. */
  readonly sockets: Socket[]
  /** Every request so far, heads and bodies. */
  readonly requests: string[]
}

/** A service of bare sockets: `answer` sees each piece of a request that arrives. */
async function serve(answer: (socket: Socket, request: string) => void): Promise<Service> {
  const sockets: Socket[] = []
  const requests: string[] = []
  const server: Server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => socket.destroy())
    socket.on('data', (bytes) => {
      requests.push(bytes.toString())
      answer(socket, bytes.toString())
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, sockets, requests }
}

function clientOf({ port }: { readonly port: number }, options: Partial<HttpClientOptions> = {}): HttpClient {
  const client = new HttpClient({
    url: new URL(`http://127.0.0.1:${port}/graphql?a=1`),
    headers: { accept: 'text/plain' },
    connections: 2,
    connectTimeoutMs: 5_000,
    timeoutMs: 5_000,
    maxResponseBytes: 1_000,
    ...options,
  })
  cleanups.push(() => client.close())
  return client
}

const post = (client: HttpClient, body = 'x', headers: Record<string, string> = {}) =>
  client.post({ body, headers }, new Cancellation())

test('sends what RFC 9112 asks for, bodies in UTF-8', async () => {
  const service = await serve((socket) => socket.write(OK))
  const client = clientOf(service)
  expect(await post(client, '{"a":1}', { 'x-b': 'c' })).toEqual({ status: 200, text: 'ok' })
  expect(service.requests[0]).toBe(
    `POST /graphql?a=1 HTTP/1.1\r\nhost: 127.0.0.1:${service.port}\r\nconnection: keep-alive\r\naccept: text/plain\r\nx-b: c\r\ncontent-length: 7\r\n\r\n{"a":1}`,
  )
  await post(client, 'żółw 🐢')
  expect(service.requests.slice(1).join('')).toMatch(/content-length: 12\r\n\r\nżółw 🐢$/)
  expect(service.sockets).toHaveLength(1)
})

test('a header cannot smuggle another one', async () => {
  const client = clientOf(await serve((socket) => socket.write(OK)))
  await expect(post(client, '', { a: 'b\r\nc: d' })).rejects.toThrow('"a" cannot be sent')
  await expect(post(client, '', { 'a: b\r\nc': 'd' })).rejects.toThrow('cannot be sent')
  expect(await post(client)).toMatchObject({ text: 'ok' })
})

test('calls over TLS, and only a service whose certificate is good', async () => {
  const { private: key, cert } = await selfsigned.generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  })
  const server = createSecureServer({ key, cert }, (socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('data', () => socket.write(LONG))
  }).listen(0, 'localhost')
  await once(server, 'listening')
  cleanups.push(() => server.close())
  const { port } = server.address() as AddressInfo
  const client = clientOf(
    { port },
    {
      url: new URL(`https://localhost:${port}/`),
      maxResponseBytes: 10_000_000,
    },
  )
  await expect(post(client)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  const trusted = getCACertificates()
  setDefaultCACertificates([...trusted, cert])
  cleanups.push(() => setDefaultCACertificates(trusted))
  const [one, other] = await Promise.all([post(client), post(client)])
  expect(one.text === TURTLES && other.text === TURTLES).toBe(true)
})

test('long answers and long requests come through whole', async () => {
  let length = 0
  const service = await serve((socket, piece) => {
    length += Buffer.byteLength(piece)
    if (piece.endsWith('!')) socket.write(LONG)
  })
  const client = clientOf(service, { maxResponseBytes: 10_000_000 })
  const [one, other] = await Promise.all([post(client, `${TURTLES}!`), post(client, 'x!')])
  expect(one.text === TURTLES && other.text === TURTLES).toBe(true)
  expect(length).toBeGreaterThan(Buffer.byteLength(TURTLES))
})

test('opens as many connections as allowed; the rest waits, and may leave', async () => {
  const service = await serve(() => undefined)
  const client = clientOf(service)
  const leaving = new Cancellation()
  const calls = [
    post(client, '1'),
    post(client, '2'),
    client.post({ body: '3', headers: {} }, leaving),
    post(client, '4'),
  ]
  const left = expect(calls[2]).rejects.toMatchObject({ code: 'CANCELLED' })
  await vi.waitFor(() => expect(service.requests).toHaveLength(2))
  leaving.cancel()
  await left
  for (const socket of service.sockets) socket.write(OK)
  await vi.waitFor(() => expect(service.requests).toHaveLength(3))
  expect(service.requests[2]).toMatch(/\r\n\r\n4$/)
  for (const socket of service.sockets) socket.write(OK)
  await Promise.all([calls[0], calls[1], calls[3]])
  expect(service.sockets).toHaveLength(2)
})

test('a connection that fails makes room for a call that waits', async () => {
  const service = await serve((socket, request) => {
    if (request.endsWith('bad')) socket.destroy()
    else socket.write(OK)
  })
  const client = clientOf(service, { connections: 1 })
  const bad = expect(post(client, 'bad')).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  expect(await post(client, 'good')).toMatchObject({ text: 'ok' })
  await bad
})

test('who goes away ends the call and its connection', async () => {
  const service = await serve(() => undefined)
  const cancellation = new Cancellation()
  const call = expect(clientOf(service).post({ body: 'x', headers: {} }, cancellation)).rejects.toMatchObject({
    code: 'CANCELLED',
  })
  await vi.waitFor(() => expect(service.requests).toHaveLength(1))
  const [socket] = service.sockets
  const closed = socket && once(socket, 'close')
  cancellation.cancel()
  await Promise.all([call, closed])
})

test('waits only so long: for the first byte, for the next one, for the last one, and for a free connection', async () => {
  const slow = await serve((socket, request) => {
    if (request.endsWith('half')) socket.write(OK.slice(0, -1))
    if (!request.endsWith('drops')) return
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n')
    const dripping = setInterval(() => socket.write('.'), 20)
    socket.once('close', () => clearInterval(dripping))
  })
  const client = clientOf(slow, { timeoutMs: 100, connections: 1 })
  await expect(post(client, 'none')).rejects.toMatchObject({ code: 'ANSWER_TIMEOUT' })
  await expect(post(client, 'half')).rejects.toMatchObject({ code: 'ANSWER_TIMEOUT' })
  await expect(post(client, 'drops')).rejects.toMatchObject({ code: 'ANSWER_TIMEOUT' })
  const calls = await Promise.allSettled(['none', '1', '2', '3', '4'].map((body) => post(client, body)))
  const codes = calls.map((call) => call.status === 'rejected' && call.reason.code)
  expect(codes.filter((code) => code === 'QUEUE_TIMEOUT').length).toBeGreaterThanOrEqual(3)
})

test('no connection is used again that the service is about to close', async () => {
  const service = await serve((socket, request) => {
    const kept = request.endsWith('short') ? 'keep-alive: timeout=1' : 'connection: close'
    socket.write(OK.replace('\r\n\r\n', `\r\n${kept}\r\n\r\n`))
  })
  const client = clientOf(service)
  await post(client, 'short')
  await post(client, 'closing')
  await post(client, 'short')
  expect(service.sockets).toHaveLength(3)
})

test('a connection that the service closed while it was idle is replaced', async () => {
  const service = await serve((socket) => socket.write(OK))
  const client = clientOf(service)
  await post(client)
  const [socket] = service.sockets
  const closed = socket && once(socket, 'close')
  socket?.end()
  await closed
  expect(await post(client)).toMatchObject({ text: 'ok' })
  expect(service.sockets).toHaveLength(2)
})

test('more than one answer to one request ends the connection', async () => {
  const service = await serve((socket) => socket.write(OK + OK))
  await expect(post(clientOf(service))).rejects.toMatchObject({ code: 'INVALID_HTTP' })
})

test('closing lets running and waiting calls end and takes no new ones', async () => {
  const service = await serve(() => undefined)
  const client = clientOf(service, { connections: 1 })
  const calls = [post(client, '1'), post(client, '2')]
  await vi.waitFor(() => expect(service.requests).toHaveLength(1))
  const closed = client.close()
  await expect(post(client)).rejects.toMatchObject({ code: 'CANCELLED' })
  service.sockets[0]?.write(OK)
  await vi.waitFor(() => expect(service.requests).toHaveLength(2))
  service.sockets[0]?.write(OK)
  await Promise.all([...calls, closed])
})
