import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

const CONNECT_MS = 2_500
const ANSWER_MS = 5_000
/** A connection that died without a word (a pulled cable, a frozen proxy) is found within this time plus `ANSWER_MS`. */
const HEARTBEAT_MS = 15_000
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2_000

/** A subscription to one NOTIFY channel. */
export interface ListenOptions {
  url: string
  channel: string
  onPayload: (payload: string) => void
  /** A lost connection, a failed attempt to replace it, or what `onPayload` threw. Listening goes on. */
  onError: (error: Error) => void
  /**
   * Each time the channel is listened to, the first included. PostgreSQL keeps nothing for an absent listener: whoever must not
   * miss a payload reads again here what happened since the last one.
   */
  onListening?: () => void
}

/**
 * Listens on a connection of its own until closed, replacing the connection whenever it is lost (pauses from 50 ms to 2 s).
 * Rejects when the first attempt fails, so that a wrong URL shows at start.
 */
export const listenTo = async (options: ListenOptions): Promise<{ close(): Promise<void> }> => {
  const closing = new AbortController()
  let current = await connect(options)
  const kept = keepListening(options, current, closing.signal, (client) => {
    current = client
  })
  return {
    close: async () => {
      closing.abort()
      await current.end()
      await kept
    },
  }
}

const keepListening = async (
  options: ListenOptions,
  first: pg.Client,
  closing: AbortSignal,
  onReplaced: (client: pg.Client) => void,
): Promise<void> => {
  let client = first
  let pauseMs = FIRST_PAUSE_MS
  while (true) {
    const reason = await lossOf(client, closing)
    if (closing.aborted) return
    options.onError(new Error(`lost the connection that listens to ${options.channel}`, { cause: reason }))
    for (let next: pg.Client | undefined; next === undefined; ) {
      await delay(pauseMs * (0.5 + Math.random() / 2), undefined, { signal: closing }).catch(() => undefined)
      if (closing.aborted) return
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
      next = await connect(options).catch((error: Error) => {
        options.onError(error)
        return undefined
      })
      if (next === undefined) continue
      client = next
      onReplaced(client)
      pauseMs = FIRST_PAUSE_MS
    }
    if (closing.aborted) return void (await client.end())
  }
}

/** Resolves with the reason when the connection is lost or closed. */
const lossOf = async (client: pg.Client, closing: AbortSignal): Promise<unknown> => {
  const ended = Promise.withResolvers<unknown>()
  client.on('error', ended.resolve)
  client.on('end', () => ended.resolve(new Error('the connection was closed')))
  const heartbeat = setInterval(() => {
    client.query('select 1').catch((error: unknown) => {
      ended.resolve(error)
    })
  }, HEARTBEAT_MS)
  const reason = await ended.promise
  clearInterval(heartbeat)
  // The server may still hold a connection that only stopped answering; close() ends it itself.
  if (!closing.aborted) await client.end()
  return reason
}

const connect = async ({ url, channel, onPayload, onError, onListening }: ListenOptions): Promise<pg.Client> => {
  const client = new pg.Client({
    connectionString: url,
    application_name: `gigraph-listen ${channel}`,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
  })
  // The loss itself is reported by lossOf; this one keeps an error while connecting from ending the process.
  client.on('error', () => undefined)
  client.on('notification', ({ payload }) => {
    try {
      onPayload(payload ?? '')
    } catch (error) {
      onError(error instanceof Error ? error : new Error('onPayload failed', { cause: error }))
    }
  })
  try {
    await client.connect()
    await client.query(`listen ${pg.escapeIdentifier(channel)}`)
  } catch (error) {
    await client.end()
    throw error
  }
  onListening?.()
  return client
}
