import type { Authenticator } from '../auth/authenticator.ts'
import { CLOSE, type WebSocketSession } from './websocket-session.ts'

/** Peers that do not answer within one interval are gone. */
const PING_INTERVAL_MS = 30_000
/** Ended credentials are noticed this often: well within the 5 s in which their sockets must close. */
const CREDENTIALS_INTERVAL_MS = 1_000

/** Ends sockets whose peer does not answer any more, and those whose credentials have ended. Call the result to stop. */
export const superviseSockets = (sessions: Iterable<WebSocketSession>, authenticator: Authenticator): (() => void) => {
  const timers = [
    setInterval(() => ping(sessions), PING_INTERVAL_MS).unref(),
    setInterval(() => closeExpired(sessions), CREDENTIALS_INTERVAL_MS).unref(),
  ]
  const stopListening = authenticator.onRevoked(() => closeRevoked(sessions, authenticator))
  return () => {
    for (const timer of timers) clearInterval(timer)
    stopListening()
  }
}

const ping = (sessions: Iterable<WebSocketSession>): void => {
  for (const session of sessions) {
    if (!session.isAlive) session.socket.terminate()
    session.isAlive = false
    if (session.socket.readyState === session.socket.OPEN) session.socket.ping()
  }
}

const closeExpired = (sessions: Iterable<WebSocketSession>): void => {
  const now = Date.now()
  for (const session of sessions) {
    const expiresAtMs = session.authentication?.expiresAtMs ?? null
    if (expiresAtMs !== null && expiresAtMs <= now) session.close(CLOSE.forbidden, 'The access token has expired')
  }
}

const closeRevoked = (sessions: Iterable<WebSocketSession>, authenticator: Authenticator): void => {
  for (const session of sessions) {
    const { authentication } = session
    if (authentication && authenticator.isRevoked(authentication))
      session.close(CLOSE.forbidden, 'The session has ended')
  }
}
