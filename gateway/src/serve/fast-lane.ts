import type { FastifyReply, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import type { Admission } from '../protect/admission.ts'
import { rateLimitHeaders } from '../protect/rate-limiter.ts'
import type { TrustedDocuments } from '../protect/trusted-documents.ts'
import type { KnownQueries, KnownRequest } from './known-queries.ts'
import type { RunQuery } from './query-runner.ts'
import type { RequestScope } from './request-scope.ts'
import { serializeResult } from './serialize.ts'

/**
 * The short way for what nearly every request is: a POST for a query that Apollo Server has let pass before, with an answer
 * without errors. It does what the long way would do, and knows nothing of how refusals and errors look over HTTP: those it
 * leaves on the scope, and Apollo Server makes the answer of them.
 */
export interface FastLane {
  /** Answers a request; false when Apollo Server has to. */
  answer(request: FastifyRequest, reply: FastifyReply, scope: RequestScope): Promise<boolean>
  /** Apollo Server answered a POST that accepts `accept` with a whole result of this content type. */
  learn(accept: string | undefined, contentType: string): void
}

export interface FastLaneOptions {
  readonly knownQueries: KnownQueries
  readonly runQuery: RunQuery
  readonly admission: Admission
  readonly trustedDocuments: TrustedDocuments
}

const MAX_ACCEPTS = 200

export const createFastLane = (options: FastLaneOptions): FastLane => {
  const { knownQueries } = options
  const contentTypes = new LRUCache<string, string>({ max: MAX_ACCEPTS })
  return {
    async answer(request, reply, scope) {
      const contentType = request.method === 'POST' ? contentTypes.get(request.headers.accept ?? '') : undefined
      const known = contentType === undefined ? undefined : knownQueries.find(request.body)
      if (contentType === undefined || known === undefined) return false
      const outcome = await settle(known, scope, options)
      scope.outcome = outcome
      if (!('result' in outcome) || outcome.result.errors || !outcome.result.data) return false
      if (scope.rateLimit) reply.headers(rateLimitHeaders(scope.rateLimit))
      const { result } = outcome
      const answered =
        scope.wantsCost && scope.cost !== null
          ? { ...result, extensions: { ...result.extensions, cost: scope.cost } }
          : result
      // The content type as it is: Fastify's own `type` would parse it.
      reply.header('content-type', contentType).send(serializeResult(answered as Parameters<typeof serializeResult>[0]))
      return true
    },
    learn: (accept, contentType) => void contentTypes.set(accept ?? '', contentType),
  }
}

/** Admits and runs a known query; never rejects. */
const settle = async (
  known: KnownRequest,
  scope: RequestScope,
  { admission, trustedDocuments, runQuery }: FastLaneOptions,
): Promise<NonNullable<RequestScope['outcome']>> => {
  const { document, operationName, queryHash } = known.query
  scope.operation = known.query
  try {
    trustedDocuments.check(queryHash)
    await admission.admit({ document, operationName, variables: known.variables, scope })
  } catch (refusal) {
    return { refusal }
  }
  try {
    return { result: await runQuery(known, scope) }
  } catch (failure) {
    return { failure }
  }
}
