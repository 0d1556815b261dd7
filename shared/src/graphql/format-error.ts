import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { DatabaseUnavailable } from '../database/index.ts'
import { ApplicationError } from '../errors/index.ts'
import type { Logger } from '../logging/index.ts'

/**
 * What a caller may see of an error: the code and message of an {@link ApplicationError}, graphql-js's own words about a
 * malformed request, SERVICE_UNAVAILABLE when the database is away, and for everything else INTERNAL with the request's id, while the log gets the whole.
 */
export const formatError = (
  error: GraphQLError,
  { log, requestId }: { log: Logger; requestId: string },
): GraphQLFormattedError => {
  const { originalError } = error
  const place = { ...(error.locations && { locations: error.locations }), ...(error.path && { path: error.path }) }
  if (originalError instanceof ApplicationError)
    return { message: error.message, ...place, extensions: { code: originalError.code, ...originalError.details } }
  if (!originalError || originalError instanceof GraphQLError)
    return { message: error.message, ...place, extensions: { code: 'BAD_USER_INPUT', ...error.extensions } }
  if (originalError instanceof DatabaseUnavailable) {
    log.warn({ err: originalError, path: error.path, requestId }, 'the database did not answer')
    const message = 'The service cannot reach its data; nothing was changed. Try again in a moment.'
    return { message, ...place, extensions: { code: 'SERVICE_UNAVAILABLE' } }
  }
  log.error({ err: originalError, path: error.path, requestId }, 'unexpected error in a resolver')
  return {
    message: `Something went wrong on our side. Quote the request id ${requestId} when you report it.`,
    ...place,
    extensions: { code: 'INTERNAL', requestId },
  }
}
