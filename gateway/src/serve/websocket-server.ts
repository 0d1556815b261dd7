import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from '@gigraph/shared/logging'
import { handleProtocols, type Server } from 'graphql-ws'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import type { Authenticator } from '../auth/authenticator.ts'
import type { Observer } from '../observe/observer.ts'
import type { Limits } from '../protect/limits.ts'
import type { Callers } from './callers.ts'
import type { ErrorMask } from './errors.ts'
import type { GatewayMetrics } from './metrics.ts'
import type { Operations } from './operations.ts'
import { isOriginAllowed } from './origins.ts'
import { createSlices } from './slices.ts'
import { createMessageBudget, createTally } from './socket-budgets.ts'
import { superviseSockets } from './socket-supervision.ts'
import { createUnanswered } from './unanswered.ts'
import { createProtocol } from './websocket-protocol.ts'
import { CLOSE, WebSocketSession } from './websocket-session.ts'

/** WebSockets at the gateway's GraphQL path. */
export interface WebSocketEndpoint {
  /** Takes over an HTTP connection that asked to become a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Waits for running queries and mutations, then closes every socket with 1001; cuts off what is left at the deadline. */
  close(deadlineMs: number): Promise<void>
}

export interface WebSocketEndpointOptions {
  readonly path: string
  readonly origins: readonly string[]
  readonly authenticator: Authenticator
  readonly callers: Callers
  readonly operations: Operations
  readonly limits: Limits
  /** The client's address, as HTTP requests have it. */
  readonly addressOf: (request: IncomingMessage) => string
  readonly maskError: ErrorMask
  readonly log: Logger
  readonly metrics: GatewayMetrics
  readonly observer: Observer
}

export const createWebSocketEndpoint = (options: WebSocketEndpointOptions): WebSocketEndpoint => {
  const endpoint = new Endpoint(options)
  return {
    upgrade: (request, socket, head) => endpoint.upgrade(request, socket, head),
    close: (deadlineMs) => endpoint.close(deadlineMs),
  }
}

class Endpoint {
  readonly #options: WebSocketEndpointOptions
  readonly #sessions = new Set<WebSocketSession>()
  readonly #server: WebSocketServer
  readonly #protocol: Server<{ readonly session: WebSocketSession }>
  readonly #perViewer: ReturnType<typeof createTally>
  readonly #perAddress: ReturnType<typeof createTally>
  readonly #stopSupervision: () => void
  readonly #unanswered = createUnanswered()
  /** What sockets leave behind: thousands may drop at once, and nobody else should wait for their end. */
  readonly #endings = createSlices()
  #isClosing = false

  constructor(options: WebSocketEndpointOptions) {
    const { limits, callers, operations, maskError, log, metrics, observer } = options
    this.#options = options
    this.#perViewer = createTally(limits.maxSocketsPerViewer)
    this.#perAddress = createTally(limits.maxSocketsPerAddress)
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: limits.maxMessageBytes,
      perMessageDeflate: false,
      handleProtocols,
    })
    this.#protocol = createProtocol({
      callers,
      operations,
      limits,
      countSocket: (session, account) => this.#count(session, account),
      begin: () => this.#unanswered.begin(),
      maskError,
      log,
      metrics,
      observer,
    })
    this.#stopSupervision = superviseSockets(this.#sessions, options.authenticator)
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { path, origins, metrics } = this.#options
    socket.on('error', () => socket.destroy())
    const refusal =
      request.url?.split('?')[0] !== path
        ? '404 Not Found'
        : this.#isClosing
          ? '503 Service Unavailable'
          : isOriginAllowed(request, origins)
            ? null
            : '403 Forbidden'
    if (refusal !== null) {
      metrics.rejected('upgrade')
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#open(webSocket, request))
  }

  async close(deadlineMs: number): Promise<void> {
    this.#isClosing = true
    this.#stopSupervision()
    await this.#unanswered.idle(deadlineMs)
    const gone = [...this.#sessions].map(
      ({ socket }) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
    )
    for (const session of this.#sessions) session.close(CLOSE.goingAway, 'Going away')
    const cutOff = setTimeout(() => {
      for (const { socket } of this.#sessions) socket.terminate()
    }, 1_000)
    await Promise.all(gone)
    clearTimeout(cutOff)
    this.#server.close()
  }

  #open(socket: WebSocket, request: IncomingMessage): void {
    const { limits, metrics, addressOf } = this.#options
    const session = new WebSocketSession(socket, request, addressOf(request))
    const budget = createMessageBudget(limits.maxMessagesPerMinute)
    const isAffordable = (): boolean => {
      if (budget.take()) return true
      metrics.rejected('messages')
      session.close(CLOSE.tooMany, 'Too many messages')
      return false
    }
    this.#sessions.add(session)
    metrics.socketOpened()
    const closed = this.#protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) => session.send(data, limits.maxBufferedBytes),
        close: (code, reason) => session.close(code ?? 1000, reason ?? ''),
        onMessage: (handle) => {
          socket.on('message', (data) => {
            if (socket.readyState === socket.OPEN && isAffordable()) void this.#handle(session, handle, data)
          })
        },
      },
      { session },
    )
    // Frames of control cost as much as messages, and nobody who is honest sends many.
    socket.on('ping', isAffordable)
    socket.on('pong', () => {
      session.isAlive = true
      isAffordable()
    })
    // A message over the limit or a broken frame: ws closes with 1009 or 1002 by itself.
    socket.on('error', () => metrics.rejected('frame'))
    socket.once('close', (code, reason) => {
      this.#sessions.delete(session)
      this.#endings.add(() => void this.#closed(session, code, closed(code, String(reason))))
    })
  }

  async #handle(session: WebSocketSession, handle: (data: string) => Promise<void>, data: RawData): Promise<void> {
    try {
      await handle(String(data))
    } catch (error) {
      this.#options.log.error({ err: error }, 'a WebSocket message could not be handled')
      session.close(CLOSE.internal, 'Internal error')
    }
  }

  async #closed(session: WebSocketSession, code: number, ended: Promise<void>): Promise<void> {
    this.#options.metrics.socketClosed(code)
    if (session.account !== null) this.#tallyOf(session.account).giveBack(session.account)
    try {
      await ended
    } catch (error) {
      this.#options.log.error({ err: error }, 'a subscription did not end cleanly with its socket')
    }
  }

  #count(session: WebSocketSession, account: string): boolean {
    if (session.gone.aborted || !this.#tallyOf(account).take(account)) return false
    session.account = account
    return true
  }

  #tallyOf(account: string) {
    return account.startsWith('viewer:') ? this.#perViewer : this.#perAddress
  }
}
