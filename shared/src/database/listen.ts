import postgres from 'postgres'

const CONNECT_SECONDS = 3
const LONGEST_PAUSE_SECONDS = 2

/** A subscription to one NOTIFY channel. */
export interface ListenOptions {
  url: string
  channel: string
  onPayload: (payload: string) => void
  /** A lost connection, told when it has been replaced, or what `onPayload` threw. Listening goes on. */
  onError: (error: Error) => void
  /**
   * Each time the channel is listened to, the first included. PostgreSQL keeps nothing for an absent listener: whoever must not
   * miss a payload reads again here what happened since the last one.
   */
  onListening?: () => void
}

/**
 * Listens on a connection of its own until closed; `postgres` replaces the connection whenever it is lost. Rejects when the first
 * attempt fails, so that a wrong URL shows at start. (Why `postgres` here and `pg` for statements: ADR 2.)
 */
export const listenTo = async (options: ListenOptions): Promise<{ close(): Promise<void> }> => {
  const { url, channel, onPayload, onError, onListening } = options
  const sql = postgres(url, {
    connect_timeout: CONNECT_SECONDS,
    keep_alive: 10,
    backoff: (attempt) => Math.min(0.05 * 2 ** attempt, LONGEST_PAUSE_SECONDS),
    connection: { application_name: `gigraph-listen ${channel}` },
    onnotice: () => undefined,
  })
  let times = 0
  const receive = (payload: string) => {
    try {
      onPayload(payload)
    } catch (error) {
      onError(error instanceof Error ? error : new Error('onPayload failed', { cause: error }))
    }
  }
  const listening = () => {
    times += 1
    if (times > 1) onError(new Error(`the connection that listens to ${channel} was lost and has been replaced`))
    onListening?.()
  }
  try {
    await sql.listen(channel, receive, listening)
  } catch (error) {
    await sql.end({ timeout: 0 })
    throw error
  }
  return { close: () => sql.end({ timeout: 1 }) }
}
