import type { Cancellation } from './cancellation.ts'
import { type HttpCaller, HttpConnection, type HttpConnectionOptions } from './http-connection.ts'
import { HttpFailure } from './http-failure.ts'
import type { HttpAnswer } from './http-response-reader.ts'

/** How a service is called. */
export interface HttpClientOptions {
  readonly url: URL
  /** Sent with every call. */
  readonly headers: Readonly<Record<string, string>>
  /** Open connections at most; further calls wait for one. */
  readonly connections: number
  readonly connectTimeoutMs: number
  /** Longest wait for a connection that is free, for the first byte, between bytes, and from the first byte to the last. */
  readonly timeoutMs: number
  readonly maxResponseBytes: number
}

/** What differs from call to call. */
export interface HttpCall {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

interface WaitingCall {
  readonly head: string
  readonly body: string
  readonly bodyBytes: number
  readonly cancellation: Cancellation
  readonly caller: HttpCaller
  /** Runs while it waits for a connection. */
  timer?: NodeJS.Timeout
}

/** RFC 9110 §5.1 and §5.5. */
const NAME = /^[\w!#$%&'*+.^`|~-]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * Posts to one URL over keep-alive connections, as HTTP/1.1 (RFC 9112). One write and, for most answers, one read per call
 * and nothing in between: no streams, no parser in another language, no buffer per read (docs/adr/0015).
 */
export class HttpClient {
  readonly #connectionOptions: HttpConnectionOptions
  readonly #maxConnections: number
  readonly #timeoutMs: number
  readonly #head: string
  readonly #connections = new Set<HttpConnection>()
  /** The last one freed is the next one used: those that are not needed grow old. */
  readonly #idle: HttpConnection[] = []
  readonly #waiting = new Set<WaitingCall>()
  #closing: (() => void) | undefined
  #isClosed = false

  constructor({ url, headers, connections, ...limits }: HttpClientOptions) {
    const isSecure = url.protocol === 'https:'
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
    this.#connectionOptions = { ...limits, isSecure, host, port: Number(url.port) || (isSecure ? 443 : 80) }
    this.#maxConnections = connections
    this.#timeoutMs = limits.timeoutMs
    this.#head = `POST ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: keep-alive\r\n${headerLines(headers)}`
  }

  /** @throws {HttpFailure} or what the system reports of the connection; {TypeError} a header that cannot be sent */
  post(call: HttpCall, cancellation: Cancellation): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw new HttpFailure('CANCELLED', 'the client is closed')
      const { body, headers } = call
      const bodyBytes = Buffer.byteLength(body)
      const head = `${this.#head}${headerLines(headers)}content-length: ${bodyBytes}\r\n\r\n`
      const waiting: WaitingCall = { head, body, bodyBytes, cancellation, caller: { resolve, reject } }
      const connection = this.#available()
      if (connection !== undefined) this.#send(connection, waiting)
      else this.#queue(waiting)
    })
  }

  /** Lets a call wait for its turn; nothing of it was sent when it gives up. */
  #queue(waiting: WaitingCall): void {
    const giveUp = (failure: HttpFailure) => {
      clearTimeout(waiting.timer)
      if (this.#waiting.delete(waiting)) waiting.caller.reject(failure)
    }
    waiting.timer = setTimeout(
      () => giveUp(new HttpFailure('QUEUE_TIMEOUT', `no free connection for ${this.#timeoutMs} ms`)),
      this.#timeoutMs,
    )
    this.#waiting.add(waiting)
    waiting.cancellation.onCancel(() => giveUp(new HttpFailure('CANCELLED', 'nobody waits')))
  }

  /** Resolves when the calls that have begun are settled; there are no further ones. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const connection of this.#idle.splice(0)) connection.destroy()
    if (this.#connections.size > 0) {
      await new Promise<void>((resolve) => {
        this.#closing = resolve
      })
    }
  }

  #available(): HttpConnection | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.isFresh) return idle
      idle.destroy()
    }
    if (this.#connections.size >= this.#maxConnections) return undefined
    const connection = new HttpConnection(this.#connectionOptions, {
      freed: (freed) => this.#freed(freed),
      closed: (closed) => this.#closed(closed),
    })
    this.#connections.add(connection)
    return connection
  }

  #send(connection: HttpConnection, { head, body, bodyBytes, cancellation, caller }: WaitingCall): void {
    cancellation.onCancel(() => connection.destroy(new HttpFailure('CANCELLED', 'nobody waits')))
    connection.send(head, body, bodyBytes, {
      resolve(answer) {
        cancellation.onCancel(undefined)
        caller.resolve(answer)
      },
      reject(error) {
        cancellation.onCancel(undefined)
        caller.reject(error)
      },
    })
  }

  /** The one place where a call that waits gets its connection. */
  #freed(connection: HttpConnection): void {
    const [next] = this.#waiting
    if (next !== undefined) {
      clearTimeout(next.timer)
      this.#waiting.delete(next)
      this.#send(connection, next)
    } else if (this.#isClosed) connection.destroy()
    else this.#idle.push(connection)
  }

  #closed(connection: HttpConnection): void {
    this.#connections.delete(connection)
    const place = this.#idle.indexOf(connection)
    if (place !== -1) this.#idle.splice(place, 1)
    // One connection less is one that may be opened for whoever waits.
    const replacement = this.#waiting.size > 0 ? this.#available() : undefined
    if (replacement !== undefined) this.#freed(replacement)
    if (this.#connections.size === 0) this.#closing?.()
  }
}

/** @throws {TypeError} a name or value that would end its line, or is none */
function headerLines(headers: Readonly<Record<string, string>>): string {
  let lines = ''
  for (const name in headers) {
    const value = headers[name] ?? ''
    if (!NAME.test(name) || !VALUE.test(value)) throw new TypeError(`The header "${name}" cannot be sent`)
    lines += `${name}: ${value}\r\n`
  }
  return lines
}
