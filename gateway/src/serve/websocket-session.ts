import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { WebSocket } from 'ws'
import type { Authentication } from '../auth/authentication.ts'
import type { Client } from '../observe/client.ts'

/**
 * Close codes beyond WebSocket's own. Those of the graphql-transport-ws protocol have its meaning
 * (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md). Clients try again after 4403, as they should when
 * a token has expired, and give up after 4429.
 */
export const CLOSE = { badRequest: 4400, forbidden: 4403, tooMany: 4429, internal: 4500, goingAway: 1001 } as const

/** One for all: an error of its own for each of thousands of sockets that drop at once costs more than the rest of their end. */
const GONE = new DOMException('The socket is gone.', 'AbortError')

/** One WebSocket, from its opening to its end. */
export class WebSocketSession {
  readonly socket: WebSocket
  readonly request: IncomingMessage
  readonly address: string
  /** Given at `connection_init`. */
  authentication: Authentication | null = null
  /** The program at the other end, known with the caller. */
  client: Client | undefined
  /** Whose number of sockets it counts in; `null` until it counts. */
  account: string | null = null
  /** Whether it answered the last ping. */
  isAlive = true
  readonly #gone = new AbortController()

  constructor(socket: WebSocket, request: IncomingMessage, address: string) {
    this.socket = socket
    this.request = request
    this.address = address
    socket.once('close', () => this.#gone.abort(GONE))
  }

  /** Aborted when the socket is gone. */
  get gone(): AbortSignal {
    return this.#gone.signal
  }

  /** One per operation: a socket carries many. */
  newRequestId(): string {
    return randomUUID()
  }

  /** Closes it; a peer that does not answer the close frame is cut off by ws after 30 s. */
  close(code: number, reason: string): void {
    this.socket.close(code, reason)
  }

  /** Sends without waiting; a reader that lets more than `maxBufferedBytes` pile up is cut off at once. */
  send(data: string, maxBufferedBytes: number): void {
    if (this.socket.readyState !== this.socket.OPEN) return
    if (this.socket.bufferedAmount + data.length > maxBufferedBytes) {
      // A close frame would queue behind what is not being read.
      this.socket.terminate()
      return
    }
    this.socket.send(data)
  }
}
