import type { Socket } from 'node:net'
import { type Client, createClient, type SubscribePayload } from 'graphql-ws'
import { WebSocket } from 'ws'
import { PushStream } from './push-stream.ts'
import type { SubgraphRequest, SubgraphResponse } from './transport.ts'

const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024
const MAX_BUFFERED_EVENTS = 1_000
const ATTEMPTS_BEFORE_FIRST_CONNECTION = 6
const LONGEST_WAIT_MS = 5_000
const TOO_SLOW = {
  message: 'Events came faster than they could be delivered; subscribe again.',
  extensions: { code: 'EVENTS_LOST' },
}

/** One multiplexed graphql-ws connection to one service, opened when the first subscription needs it. */
export class UpstreamSocket {
  readonly #service: string
  readonly #client: Client

  constructor(service: string, httpUrl: string) {
    this.#service = service
    let wasConnected = false
    let failures = 0
    this.#client = createClient({
      url: httpUrl.replace(/^http/, 'ws'),
      webSocketImpl: BoundedWebSocket,
      lazyCloseTimeout: 5_000,
      keepAlive: 12_000,
      retryAttempts: Number.POSITIVE_INFINITY,
      // A service that restarts must not be stormed by every gateway in the same instant.
      retryWait: (retries) =>
        new Promise((resolve) =>
          setTimeout(resolve, Math.min(LONGEST_WAIT_MS, 100 * 2 ** retries) * (0.5 + Math.random() / 2)),
        ),
      // A service that was there comes back; one that never answered a handshake may not speak this protocol at all.
      shouldRetry: () => wasConnected || ++failures < ATTEMPTS_BEFORE_FIRST_CONNECTION,
      on: {
        connected: () => {
          wasConnected = true
          failures = 0
        },
      },
    })
  }

  /** Ends when the service completes the stream or the reader returns; a lost connection is re-subscribed unseen. */
  subscribe({ query, operationName, variables, context }: SubgraphRequest): AsyncIterableIterator<SubgraphResponse> {
    const service = this.#service
    let cancel: (() => void) | undefined
    const stream = new PushStream<SubgraphResponse>({ limit: MAX_BUFFERED_EVENTS, onReturn: () => cancel?.() })
    const payload: SubscribePayload = {
      query,
      operationName: operationName ?? null,
      variables: variables ?? null,
      // Serialized at every (re-)subscription, so that a short-lived assertion is fresh then.
      get extensions() {
        return { headers: context.headersFor(service) }
      },
    }
    cancel = this.#client.subscribe<Record<string, unknown>>(payload, {
      next: (event) => {
        if (stream.push(event as SubgraphResponse)) return
        // Events are lost: an end without a word would look as if there were no more.
        stream.finish({ errors: [TOO_SLOW] })
        cancel?.()
      },
      error: (error) => {
        stream.finish({ errors: toErrors(error, service) })
      },
      complete: () => stream.finish(),
    })
    return stream
  }

  async close(): Promise<void> {
    await this.#client.dispose()
  }
}

/**
 * Takes messages of a bounded size, and hands the system all that is sent in one turn of the event loop at once: thousands of clients
 * that go at the same moment end thousands of subscriptions here, and a system call for each would hold up everybody else.
 */
class BoundedWebSocket extends WebSocket {
  #connection: Socket | undefined
  #isCorked = false

  constructor(url: string, protocols: string | string[]) {
    super(url, protocols, { maxPayload: MAX_PAYLOAD_BYTES })
    this.once('upgrade', ({ socket }) => {
      this.#connection = socket
    })
  }

  override send(data: Parameters<WebSocket['send']>[0], ...rest: unknown[]): void {
    this.#cork()
    Reflect.apply(super.send, this, [data, ...rest])
  }

  #cork(): void {
    const connection = this.#connection
    if (connection === undefined || this.#isCorked) return
    this.#isCorked = true
    connection.cork()
    setImmediate(() => {
      this.#isCorked = false
      connection.uncork()
    })
  }
}

function toErrors(error: unknown, service: string): NonNullable<SubgraphResponse['errors']> {
  if (Array.isArray(error)) return error
  const message = `Service "${service}" refused the subscription.`
  return [{ message, extensions: { code: 'SERVICE_UNAVAILABLE' } }]
}
