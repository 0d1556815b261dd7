import { connect, type Socket } from 'node:net'
import { bodyText, type HttpMessage, httpMessages } from './http-messages.ts'
import { query } from './workload.ts'

/** What a round of load saw. */
export interface LoadResult {
  readonly requests: number
  readonly seconds: number
  /** Of each request, ascending. */
  readonly latenciesMs: readonly number[]
}

export interface Load {
  /** Sends requests for so many seconds; every connection sends its next one when the last is answered. */
  run(seconds: number): Promise<LoadResult>
  /** The answer to one request. @throws {Error} it is not a GraphQL answer without errors */
  once(): Promise<string>
  close(): void
}

export interface LoadOptions {
  readonly port: number
  readonly connections: number
  /** Whether each request has an `Authorization` of its own. */
  readonly distinct: boolean
}

const BODY = JSON.stringify({ query, operationName: 'TestQuery' })
/** Bytes by which answers that are sent in chunks may differ. */
const CHUNK_HEADS = 64
let sent = 0

/** A light generator of load: prepared requests over bare sockets, answers counted and measured but not decoded. */
export async function openLoad({ port, connections, distinct }: LoadOptions): Promise<Load> {
  const head = `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\naccept: application/json\r\ncontent-length: ${BODY.length}\r\nauthorization: Bearer `
  const tail = `\r\n\r\n${BODY}`
  const request = () => `${head}${distinct ? ++sent : 0}${tail}`
  const clients = await Promise.all(Array.from({ length: connections }, () => open(port)))
  const [first] = clients
  if (first === undefined) throw new Error('A load needs a connection')
  const once = async () => {
    const message = await first.ask(request())
    const text = bodyText(message)
    if (!message.head.startsWith('HTTP/1.1 200') || !text.startsWith('{"data":{') || text.includes('"errors":')) {
      throw new Error(`Not an answer: ${message.head}${text.slice(0, 500)}`)
    }
    return text
  }
  return {
    once,
    async run(seconds) {
      const size = (await first.ask(request())).body.length
      const latenciesMs: number[] = []
      const startedAt = performance.now()
      const until = startedAt + seconds * 1_000
      const client = async ({ ask }: Client) => {
        for (let now = performance.now(); now < until; ) {
          const { head: status, body } = await ask(request())
          const isSame = Math.abs(body.length - size) <= CHUNK_HEADS && status.startsWith('HTTP/1.1 200')
          if (!isSame) throw new Error(`Another answer: ${status}`)
          const answeredAt = performance.now()
          latenciesMs.push(answeredAt - now)
          now = answeredAt
        }
      }
      await Promise.all(clients.map(client))
      const measured = (performance.now() - startedAt) / 1_000
      return { requests: latenciesMs.length, seconds: measured, latenciesMs: latenciesMs.sort((a, b) => a - b) }
    },
    close() {
      for (const { socket } of clients) socket.destroy()
    },
  }
}

interface Client {
  readonly socket: Socket
  ask(request: string): Promise<HttpMessage>
}

async function open(port: number): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let settle: ((message: HttpMessage) => void) | undefined
  let fail: ((error: Error) => void) | undefined
  socket.on(
    'data',
    httpMessages((message) => settle?.(message)),
  )
  socket.on('close', () => fail?.(new Error('The gateway closed a connection')))
  return {
    socket,
    ask: (request) =>
      new Promise((resolve, reject) => {
        settle = resolve
        fail = reject
        socket.write(request)
      }),
  }
}
