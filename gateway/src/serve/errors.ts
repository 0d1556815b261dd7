import type { Logger } from '@gigraph/shared/logging'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { AuthenticationUnavailable, CredentialsRefused } from '../auth/authentication.ts'

/** Codes that say "a defect": what stands behind them is for the log, not for the client. */
const DEFECTS = new Set<unknown>([undefined, 'INTERNAL', 'INTERNAL_SERVER_ERROR'])

/** Extensions that tell about our insides. */
const PRIVATE_EXTENSIONS = new Set(['stacktrace', 'exception', 'http', 'debug'])

/**
 * What a client may see of an error. One with a code of the graph's own passes without its private extensions; anything
 * else becomes INTERNAL with the request's id, and nothing more.
 */
export const maskError = (error: GraphQLFormattedError, requestId: string): GraphQLFormattedError => {
  const place = {
    ...(error.locations && { locations: error.locations }),
    ...(error.path && { path: error.path }),
  }
  if (DEFECTS.has(error.extensions?.code)) {
    return { message: 'Something went wrong on our side.', ...place, extensions: { code: 'INTERNAL', requestId } }
  }
  const extensions = Object.fromEntries(
    Object.entries(error.extensions ?? {}).filter(([name]) => !PRIVATE_EXTENSIONS.has(name)),
  )
  return { message: error.message, ...place, extensions }
}

/** Whether {@link maskError} hides this error. */
export const isDefect = (error: { readonly extensions?: GraphQLFormattedError['extensions'] | undefined }): boolean =>
  DEFECTS.has(error.extensions?.code)

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

/** The answer to credentials that were refused or could not be verified; rethrows anything else. */
export const authenticationFailure = (error: unknown): { readonly status: 401 | 503; readonly error: GraphQLError } => {
  if (error instanceof CredentialsRefused) {
    return { status: 401, error: new GraphQLError(error.message, { extensions: { code: 'UNAUTHENTICATED' } }) }
  }
  if (error instanceof AuthenticationUnavailable) {
    const message = 'Credentials cannot be verified at the moment; try again.'
    return { status: 503, error: new GraphQLError(message, { extensions: { code: 'SERVICE_UNAVAILABLE' } }) }
  }
  throw error
}
