import type { FastifyReply } from 'fastify'
import { TRACING_HEADERS } from '../transport/http.ts'
import { cachePolicyOf } from './cache-control.ts'
import type { ServedGraph } from './graph.ts'
import type { RequestScope } from './request-scope.ts'

export interface CacheHeaderOptions {
  readonly graph: ServedGraph
  /** Client headers that services get, and by which their answers may differ. */
  readonly forwardHeaders: readonly string[]
}

/** By these the gateway itself answers differently. */
const TELLING = ['accept', 'authorization', 'x-api-key']

/**
 * Lets the answer to a GET be kept for as long as `@cacheControl` says (a POST's nobody keeps). What somebody who proves who they are gets is
 * for them alone, whatever a service says of it, and what has errors is for now.
 */
export const cacheHeaders = (
  { graph, forwardHeaders }: CacheHeaderOptions,
  scope: RequestScope,
  reply: FastifyReply,
): Readonly<Record<string, string>> => {
  const { operation, errorCodes, identity, subsequentResults, isAnonymous } = scope
  if (operation === null || errorCodes.length > 0 || subsequentResults !== null) return {}
  const about = { schema: graph.schema, hints: graph.cacheHints }
  const policy = cachePolicyOf(about, operation.document, operation.operationName)
  if (policy === null) return {}
  const isPrivate = policy.isPrivate || identity.viewer !== null || !isAnonymous
  const telling = [...TELLING, ...forwardHeaders.filter((name) => !TRACING_HEADERS.has(name))]
  return {
    'cache-control': `max-age=${policy.maxAgeSeconds}, ${isPrivate ? 'private' : 'public'}`,
    vary: [reply.getHeader('vary') ?? [], ...new Set(telling)].flat().join(', '),
  }
}
