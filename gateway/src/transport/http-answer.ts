import type { HttpAnswer } from './http-response-reader.ts'
import type { SubgraphResponse } from './transport.ts'

/** Failures after which nothing can have reached the service. */
const NOT_SENT = new Set(['ECONNREFUSED', 'CONNECT_TIMEOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'])
/** Failures of a connection: the service may have seen the request (a keep-alive socket that it closed, a crash). */
const CONNECTION_LOST = new Set(['ECONNRESET', 'EPIPE', 'CONNECTION_LOST'])
const TIMEOUTS = new Set(['ANSWER_TIMEOUT', 'CONNECT_TIMEOUT', 'QUEUE_TIMEOUT', 'ETIMEDOUT'])

/** True when sending the request again cannot do its effect twice. */
export function isRetriable(error: unknown, isMutation: boolean): boolean {
  const code = codeOf(error)
  return NOT_SENT.has(code) || (!isMutation && CONNECTION_LOST.has(code))
}

/**
 * Whether an answer says that the service itself is in trouble. Servers of GraphQL answer 500 also when an operation fails as a whole,
 * which any client can bring about: that is an answer like another.
 */
export function isOutage(answer: HttpAnswer): boolean {
  return answer.status >= 500 && parseResponse(answer.text) === undefined
}

/** Reads an answer. Anything but a GraphQL response becomes an error with code `INVALID_SUBGRAPH_RESPONSE`. */
export function readAnswer(service: string, { status, text }: HttpAnswer): SubgraphResponse {
  const response = parseResponse(text)
  if (response !== undefined) return response
  const message = `Service "${service}" did not answer with a GraphQL response (HTTP status ${status}).`
  return { errors: [{ message, extensions: { code: 'INVALID_SUBGRAPH_RESPONSE', status } }] }
}

function parseResponse(text: string): SubgraphResponse | undefined {
  try {
    const response: unknown = JSON.parse(text)
    const isResponse = typeof response === 'object' && response !== null && ('data' in response || hasErrors(response))
    return isResponse ? (response as SubgraphResponse) : undefined
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return undefined
  }
}

/** The response for a call that got no answer: unreachable, too slow, aborted by the client, or refused by the breaker. */
export function callFailure(service: string, cause: unknown): SubgraphResponse {
  const code = codeOf(cause)
  if (TIMEOUTS.has(code)) {
    return {
      errors: [{ message: `Service "${service}" did not answer in time.`, extensions: { code: 'SERVICE_TIMEOUT' } }],
    }
  }
  return {
    errors: [{ message: `Service "${service}" is not available.`, extensions: { code: 'SERVICE_UNAVAILABLE' } }],
  }
}

function hasErrors(response: object): boolean {
  return 'errors' in response && Array.isArray(response.errors)
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
