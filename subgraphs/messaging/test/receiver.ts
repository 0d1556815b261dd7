import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'

/** One call that a receiver got. */
export interface Received {
  readonly id: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

type Answer = (response: ServerResponse, received: Received) => void

export const status =
  (code: number, body = '', headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end(body)

/** A partner's server on this machine. `answer` may be replaced while it runs. */
export const startReceiver = async (first: Answer = status(204), tls?: ServerOptions) => {
  const calls: Received[] = []
  const receiver = { answer: first }
  const server = (tls ? createSecureServer(tls) : createServer()).on('request', async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const id = String(request.headers['webhook-id'])
    const received = { id, path: request.url ?? '', headers: request.headers, body }
    calls.push(received)
    receiver.answer(response, received)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `${tls ? 'https' : 'http'}://localhost:${port}/hooks`,
    calls,
    set answer(next: Answer) {
      receiver.answer = next
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>

/** How many of the call's signatures are right for this secret, by the specification's own words. */
export const rightSignatures = ({ headers, body }: Received, secret: string): number => {
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const expected = `v1,${createHmac('sha256', key).update(content).digest('base64')}`
  return String(headers['webhook-signature'])
    .split(' ')
    .filter((signature) => signature === expected).length
}
