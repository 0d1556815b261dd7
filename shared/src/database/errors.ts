import pg from 'pg'

/** The server could not be reached, or went away before COMMIT was sent: nothing of the transaction happened. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable'
}

/** The connection died while COMMIT was in flight: the transaction happened entirely or not at all, and only a read can tell. */
export class CommitOutcomeUnknown extends Error {
  override readonly name = 'CommitOutcomeUnknown'
}

/** A statement failed, the caller went on, and PostgreSQL answered COMMIT with ROLLBACK: nothing happened. */
export class TransactionAborted extends Error {
  override readonly name = 'TransactionAborted'
}

/** A transaction was used in a way that would lose atomicity (after its end, or two nested ones at a time). */
export class TransactionMisuse extends Error {
  override readonly name = 'TransactionMisuse'
}

// https://www.postgresql.org/docs/18/errcodes-appendix.html: class 08, operator intervention, session timeouts, too many connections.
const CONNECTION_STATES = /^(08...|57P0[1235]|25P0[34]|53300)$/
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ENOENT',
])
// pg gives these errors no code.
const PG_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client (was closed|has encountered a connection error))/

function* causesOf(error: unknown): Generator<Error> {
  for (let depth = 0, current = error; depth < 8 && current instanceof Error; depth += 1, current = current.cause)
    yield current
}

/** The error that PostgreSQL reported, however deep Drizzle or a use case wrapped it. */
export const serverErrorOf = (error: unknown): pg.DatabaseError | undefined => {
  for (const cause of causesOf(error)) if (cause instanceof pg.DatabaseError) return cause
  return undefined
}

/** Whether the error says that the connection (not the statement) failed. */
export const isConnectionLoss = (error: unknown): boolean => {
  for (const cause of causesOf(error)) {
    if (cause instanceof DatabaseUnavailable) return true
    if (cause instanceof pg.DatabaseError) return CONNECTION_STATES.test(cause.code ?? '')
    if ('code' in cause && typeof cause.code === 'string' && SOCKET_CODES.has(cause.code)) return true
    if (PG_MESSAGES.test(cause.message)) return true
  }
  return false
}

/** Whether running the same transaction again may succeed: serialization failure (40001) or deadlock (40P01). */
export const isSerializationFailure = (error: unknown): boolean => {
  const state = serverErrorOf(error)?.code
  return state === '40001' || state === '40P01'
}

/** Whether a unique constraint (23505), optionally the named one, refused the row. */
export const isUniqueViolation = (error: unknown, constraint?: string): boolean => {
  const cause = serverErrorOf(error)
  return cause?.code === '23505' && (constraint === undefined || cause.constraint === constraint)
}
