import type { Logger } from '@gigraph/shared/logging'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { AuthenticationUnavailable, CredentialsRefused } from '../auth/authentication.ts'

/** What a client may see of an error. */
export type ErrorMask = (error: GraphQLFormattedError, requestId: string) => GraphQLFormattedError

/** Codes that say "a defect": what stands behind them is for the log, not for the client. */
const DEFECTS = new Set<unknown>([undefined, 'INTERNAL', 'INTERNAL_SERVER_ERROR'])

/** The engine's name for an error that a service gave no code: its text may be anything. */
const UNCODED = 'DOWNSTREAM_SERVICE_ERROR'

/** Extensions that tell about our insides. */
const PRIVATE_EXTENSIONS = new Set(['stacktrace', 'exception', 'http', 'debug'])

/**
 * An error with a code of the graph's own passes without its private extensions; anything else becomes INTERNAL with the
 * request's id, and nothing more.
 * @param maskServiceErrors whether errors without a code count as defects, and services stay unnamed
 */
export const createErrorMask =
  (maskServiceErrors: boolean): ErrorMask =>
  (error, requestId) => {
    const place = {
      ...(error.locations && { locations: error.locations }),
      ...(error.path && { path: error.path }),
    }
    const code = error.extensions?.code
    if (DEFECTS.has(code) || (maskServiceErrors && code === UNCODED)) {
      return { message: 'Something went wrong on our side.', ...place, extensions: { code: 'INTERNAL', requestId } }
    }
    const extensions = Object.entries(error.extensions ?? {}).filter(
      ([name]) => !PRIVATE_EXTENSIONS.has(name) && !(maskServiceErrors && name === 'serviceName'),
    )
    return { message: error.message, ...place, extensions: Object.fromEntries(extensions) }
  }

const isDefect = ({ extensions }: { readonly extensions?: GraphQLFormattedError['extensions'] | undefined }): boolean =>
  DEFECTS.has(extensions?.code) || extensions?.code === UNCODED

/** Logs the defects among errors once, with what the client does not get to see. */
export const logDefects = (
  log: Logger,
  requestId: string,
  errors: readonly (GraphQLError | GraphQLFormattedError)[],
) => {
  for (const error of errors) {
    if (!isDefect(error)) continue
    const cause = error instanceof GraphQLError ? (error.originalError ?? error) : undefined
    log.error({ err: cause, reason: error.message, path: error.path, requestId }, 'an operation met a defect')
  }
}

const HIDDEN_SUGGESTION = / ?Did you mean (.+?)\?$/

/** Removes the names of fields and types that the client did not know from a validation message. */
export const withoutSuggestion = (error: GraphQLError): GraphQLError =>
  HIDDEN_SUGGESTION.test(error.message)
    ? new GraphQLError(error.message.replace(HIDDEN_SUGGESTION, ''), {
        ...(error.nodes && { nodes: error.nodes }),
        extensions: error.extensions,
      })
    : error

/** The answer to credentials that were refused or could not be verified, or that a strange page wants used; rethrows anything else. */
export const authenticationFailure = (
  error: unknown,
): { readonly status: 401 | 403 | 503; readonly error: GraphQLError } => {
  if (error instanceof GraphQLError && error.extensions.code === 'FORBIDDEN') return { status: 403, error }
  if (error instanceof CredentialsRefused) {
    return { status: 401, error: new GraphQLError(error.message, { extensions: { code: 'UNAUTHENTICATED' } }) }
  }
  if (error instanceof AuthenticationUnavailable) {
    const message = 'Credentials cannot be verified at the moment; try again.'
    return { status: 503, error: new GraphQLError(message, { extensions: { code: 'SERVICE_UNAVAILABLE' } }) }
  }
  throw error
}
