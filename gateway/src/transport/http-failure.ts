/** What can become of a call besides what the system reports (`ECONNREFUSED` and its like). */
export type HttpFailureCode =
  /** No connection within the time for it: nothing was sent. */
  | 'CONNECT_TIMEOUT'
  /** No connection was free within the time for it: nothing was sent. */
  | 'QUEUE_TIMEOUT'
  /** Nothing came for too long, or an answer took too long to come whole. */
  | 'ANSWER_TIMEOUT'
  /** The service closed the connection before its answer was complete. */
  | 'CONNECTION_LOST'
  | 'ANSWER_TOO_LONG'
  /** What came is not an HTTP/1.1 answer. */
  | 'INVALID_HTTP'
  /** Nobody waits for the answer any more, or the client was closed. */
  | 'CANCELLED'

/** A call that got no answer. */
export class HttpFailure extends Error {
  readonly code: HttpFailureCode

  constructor(code: HttpFailureCode, detail: string) {
    super(`${code}: ${detail}`)
    this.name = 'HttpFailure'
    this.code = code
  }
}
