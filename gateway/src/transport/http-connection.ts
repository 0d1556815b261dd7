import { connect, isIP, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { HttpFailure } from './http-failure.ts'
import { type HttpAnswer, HttpResponseReader } from './http-response-reader.ts'

/** What all connections to one origin have in common. */
export interface HttpConnectionOptions {
  readonly isSecure: boolean
  readonly host: string
  readonly port: number
  readonly connectTimeoutMs: number
  /** Longest wait for the first byte, between bytes, and from the first byte to the last. */
  readonly timeoutMs: number
  readonly maxResponseBytes: number
}

/** Who waits for an answer. Exactly one of the two is called, once. */
export interface HttpCaller {
  resolve(answer: HttpAnswer): void
  reject(error: Error): void
}

/** What happens to a connection; its owner keeps the books. */
export interface HttpConnectionEvents {
  /** Its call is answered and another one can follow. */
  freed(connection: HttpConnection): void
  /** It is of no use any more. */
  closed(connection: HttpConnection): void
}

/** What is read is taken within the same turn, so all connections read into one buffer; most answers fit as a whole. */
const READ_BUFFER = Buffer.allocUnsafeSlow(256 * 1024)
/** How long an idle connection is trusted when the service does not say how long it keeps it. */
const KEEP_ALIVE_MS = 4_000
/** A service that closes at its time must not meet a call that is on its way. */
const KEEP_ALIVE_MARGIN_MS = 1_000

/** A keep-alive connection that carries one call at a time. */
export class HttpConnection {
  readonly #socket: Socket
  readonly #reader: HttpResponseReader
  readonly #events: HttpConnectionEvents
  readonly #timeoutMs: number
  #caller: HttpCaller | undefined
  #failure: Error | undefined
  #staleAtMs = Number.POSITIVE_INFINITY
  /** When the first piece of an answer came that comes in pieces. */
  #begunAtMs: number | undefined

  constructor(options: HttpConnectionOptions, events: HttpConnectionEvents) {
    this.#reader = new HttpResponseReader(options.maxResponseBytes)
    this.#events = events
    this.#timeoutMs = options.timeoutMs
    this.#socket = this.#open(options)
  }

  /** False when the service has closed it, or may be closing it just now. */
  get isFresh(): boolean {
    return !this.#socket.destroyed && performance.now() < this.#staleAtMs
  }

  /** Sends a request; the connection must be new or freed. The head is Latin-1. */
  send(head: string, body: string, bodyBytes: number, caller: HttpCaller): void {
    this.#caller = caller
    const socket = this.#socket
    if (bodyBytes === body.length) socket.write(head + body, 'latin1')
    else {
      socket.cork()
      socket.write(head, 'latin1')
      socket.write(body, 'utf8')
      socket.uncork()
    }
  }

  /** Ends it, and its call with this error. */
  destroy(error?: Error): void {
    this.#failure ??= error
    this.#socket.destroy()
  }

  #open({ isSecure, host, port, connectTimeoutMs, timeoutMs }: HttpConnectionOptions): Socket {
    const callback = (size: number, bytes: Uint8Array): boolean => {
      this.#read(bytes as Buffer, size)
      return true
    }
    const options = { host, port, noDelay: true, onread: { buffer: READ_BUFFER, callback } }
    const servername = isIP(host) === 0 ? { servername: host } : {}
    const socket = isSecure ? connectSecurely({ ...options, ...servername }) : connect(options)
    let isConnected = false
    socket.setTimeout(connectTimeoutMs)
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      isConnected = true
      socket.setTimeout(timeoutMs)
    })
    socket.on('timeout', () =>
      this.destroy(
        isConnected
          ? new HttpFailure('ANSWER_TIMEOUT', `nothing for ${timeoutMs} ms`)
          : new HttpFailure('CONNECT_TIMEOUT', `no connection after ${connectTimeoutMs} ms`),
      ),
    )
    socket.on('error', (error) => {
      this.#failure ??= error
    })
    socket.on('end', () => {
      if (this.#caller !== undefined && this.#reader.end()) this.#settle(this.#caller)
      socket.destroy()
    })
    socket.on('close', () => this.#closed())
    return socket
  }

  #read(bytes: Buffer, size: number): void {
    const caller = this.#caller
    if (caller === undefined) {
      this.destroy()
      return
    }
    try {
      if (this.#reader.read(bytes, size)) this.#settle(caller)
      else this.#awaitRest()
    } catch (error) {
      this.destroy(error as Error)
    }
  }

  /** A service that sends a byte now and then is not silent, and yet must not keep its caller for ever. */
  #awaitRest(): void {
    const now = performance.now()
    this.#begunAtMs ??= now
    if (now - this.#begunAtMs > this.#timeoutMs)
      this.destroy(new HttpFailure('ANSWER_TIMEOUT', `not complete after ${this.#timeoutMs} ms`))
  }

  #settle(caller: HttpCaller): void {
    this.#caller = undefined
    this.#begunAtMs = undefined
    const { reusable, keepAliveMs, ...answer } = this.#reader.take()
    const idleMs = keepAliveMs === undefined ? KEEP_ALIVE_MS : keepAliveMs - KEEP_ALIVE_MARGIN_MS
    if (reusable && idleMs > 0) {
      this.#staleAtMs = performance.now() + idleMs
      this.#events.freed(this)
    } else this.destroy()
    caller.resolve(answer)
  }

  #closed(): void {
    this.#events.closed(this)
    this.#caller?.reject(this.#failure ?? new HttpFailure('CONNECTION_LOST', 'closed before its answer was complete'))
    this.#caller = undefined
  }
}
