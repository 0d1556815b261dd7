/** Codes of thrown errors: what nobody in the use case can decide about. Clients read them in `extensions.code`. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'RATE_LIMITED'
  | 'BAD_USER_INPUT'
  | 'SERVICE_UNAVAILABLE'

/** An error that is meant for the caller: its message says what to do. Everything else is masked as INTERNAL. */
export class ApplicationError extends Error {
  override readonly name = 'ApplicationError'
  readonly code: ErrorCode
  /** More facts for the client, beside the code. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}

/** Nobody is logged in, or what proves it is not valid (any more). */
export const unauthenticated = (message = 'Log in first: this needs an access token.') =>
  new ApplicationError('UNAUTHENTICATED', message)

/** The viewer may see the thing but not do this to it, or lacks a role, a scope or a fresh login. */
export const forbidden = (message: string, details?: Record<string, unknown>) =>
  new ApplicationError('FORBIDDEN', message, details)

/** The thing does not exist, or its existence is nothing that the viewer may learn. */
export const notFound = (what: string) => new ApplicationError('NOT_FOUND', `${what} not found.`)

/** Too often. `retryAfterSeconds` says when it works again. */
export const rateLimited = (message: string, retryAfterSeconds: number) =>
  new ApplicationError('RATE_LIMITED', message, { retryAfterSeconds })

/** The request itself is malformed (a cursor, an argument), which a form could not have sent. */
export const badUserInput = (message: string, field?: string) =>
  new ApplicationError('BAD_USER_INPUT', message, field ? { field } : {})

/** A service that this needs did not answer. */
export const serviceUnavailable = (service: string) =>
  new ApplicationError('SERVICE_UNAVAILABLE', `The ${service} service does not answer; try again in a moment.`, {
    service,
  })
