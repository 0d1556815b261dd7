import { type ApolloServer, HeaderMap } from '@apollo/server'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError } from 'graphql'
import type { Observer } from '../observe/observer.ts'
import type { Limits } from '../protect/limits.ts'
import type { HttpContext } from './apollo.ts'
import { type CookieRules, openBrowserCookies } from './browser-cookies.ts'
import { type CacheHeaderOptions, cacheHeaders } from './cache-headers.ts'
import type { Callers } from './callers.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import { authenticationFailure } from './errors.ts'
import type { FastLane } from './fast-lane.ts'
import type { GatewayMetrics } from './metrics.ts'
import { acceptsDeferredParts, acceptsSubscriptionParts, DEFERRED_PARTS, writeBody } from './multipart.ts'
import type { RequestScope } from './request-scope.ts'
import { traceRoute } from './tracing.ts'

export interface GraphQLRouteOptions extends CookieRules, CacheHeaderOptions {
  readonly path: string
  readonly apollo: ApolloServer<HttpContext>
  readonly fastLane: FastLane
  readonly callers: Callers
  readonly limits: Limits
  readonly metrics: GatewayMetrics
  readonly observer: Observer
  /** Why a document must not even be validated (protect/repetition.ts). */
  readonly refuseRepetitions: (source: string) => GraphQLError | null
  /** Answers a subscription of a client that takes its results as parts of one answer. */
  readonly subscribe: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>
  /** Answers in the other ways in which a client may ask at this path; `null` when it does not. */
  readonly otherwise: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> | null
}

/** GraphQL over HTTP: GET and POST at one path. */
export const registerGraphQLRoute = (app: FastifyInstance, options: GraphQLRouteOptions): void => {
  const { path, otherwise } = options
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: FastifyRequest, body: string | Buffer) => parseJson(String(body)),
  )
  // Apollo Server says what is wrong with other types; their bodies are not even read as JSON.
  app.addContentTypeParser('*', { parseAs: 'string' }, async () => undefined)
  app.route({
    method: ['GET', 'POST'],
    url: path,
    exposeHeadRoute: false,
    handler: traceRoute((request, reply) => otherwise(request, reply) ?? answer(request, reply, options)),
  })
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw Object.assign(new Error('The body is not valid JSON.'), { statusCode: 400 })
  }
}

const answer = async (
  request: FastifyRequest,
  reply: FastifyReply,
  options: GraphQLRouteOptions,
): Promise<FastifyReply> => {
  const { callers, limits, metrics } = options
  const startedAt = performance.now()
  const deadline = startRequest(reply, limits.requestTimeoutMs)
  const ended = metrics.begin()
  try {
    const cookies = openBrowserCookies(request.raw, options)
    const scope = await receive(request, deadline.signal, callers)
    scope.browserCookies = cookies
    request.scope = scope
    const answered = await options.fastLane.answer(request, reply, scope)
    const status = answered ? 200 : await execute(request, reply, options, scope)
    if (status !== null) {
      const outcome = status < 400 ? 'ok' : 'refused'
      options.observer.answered(scope, { protocol: 'http', outcome, durationMs: performance.now() - startedAt })
      return reply
    }
  } catch (error) {
    const refusal = refuse(error, request, reply)
    metrics.rejected('credentials')
    metrics.request('http', 'refused', performance.now() - startedAt)
    return refusal
  } finally {
    ended()
    deadline.clear()
  }
  return options.subscribe(request, reply)
}

/** One of the headers that Apollo Server takes as proof that a browser has asked before it sent the request. */
const PREFLIGHTED_HEADER = 'apollo-require-preflight'
const SAME_SITE = new Set<unknown>([undefined, 'same-origin', 'none'])

/**
 * A GET has no effect (mutations are refused) and no cookies are read for it, so all that another site could learn from one is how
 * long it takes. Browsers say which site asks (Fetch Metadata, `Origin`); programs say nothing and may ask without more ado, as GraphQL
 * over HTTP wants it.
 */
const isHarmlessGet = ({ method, headers }: FastifyRequest): boolean =>
  method === 'GET' && headers.origin === undefined && SAME_SITE.has(headers['sec-fetch-site'])

/** Hands a request to Apollo Server and its answer to the client; the status, or `null` for a subscription in parts. */
const execute = async (
  request: FastifyRequest,
  reply: FastifyReply,
  options: GraphQLRouteOptions,
  scope: RequestScope,
): Promise<number | null> => {
  const { apollo, fastLane } = options
  const repetitive = options.refuseRepetitions(sourceOf(request))
  if (repetitive !== null) return refuseOperation(repetitive, request, reply)
  const headers = new HeaderMap()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  const { accept } = request.headers
  const acceptsParts = acceptsDeferredParts(accept)
  const acceptsSubscription = request.method === 'POST' && acceptsSubscriptionParts(accept)
  if (acceptsParts || acceptsSubscription) headers.set('accept', `${accept}, application/json`)
  if (isHarmlessGet(request)) headers.set(PREFLIGHTED_HEADER, '1')
  const at = request.url.indexOf('?')
  const search = at === -1 ? '' : request.url.slice(at)
  const response = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method, headers, search, body: request.body },
    context: async () => ({ scope, acceptsParts }),
  })
  if (scope.isSubscription && acceptsSubscription) return null
  if (response.body.kind !== 'complete') throw new Error('a gateway never answers in chunks')
  for (const [name, value] of response.headers) if (name !== 'cache-control') reply.header(name, value)
  for (const cookie of scope.browserCookies?.setCookies ?? []) reply.header('set-cookie', cookie)
  const status = response.status ?? 200
  reply.code(status)
  if (request.method === 'GET' && status === 200) reply.headers(cacheHeaders(options, scope, reply))
  const { responseBody } = scope
  if (responseBody === null || Buffer.isBuffer(responseBody)) {
    const contentType = response.headers.get('content-type')
    const isPlain = request.method === 'POST' && status === 200 && !acceptsParts && !acceptsSubscription
    if (isPlain && contentType !== undefined) fastLane.learn(accept, contentType)
    reply.send(responseBody ?? response.body.string)
  } else await writeBody(reply.type(DEFERRED_PARTS).removeHeader('content-length'), responseBody)
  return status
}

const receive = async (request: FastifyRequest, signal: AbortSignal, callers: Callers): Promise<RequestScope> => {
  const body = request.body as { readonly extensions?: unknown } | null | undefined
  const extensions = body?.extensions
  return callers.receive({
    requestId: request.id,
    headers: request.headers,
    address: request.ip,
    signal,
    extensions: extensions !== null && typeof extensions === 'object' ? (extensions as Record<string, unknown>) : null,
  })
}

/** The document of a request; '' when there is none. */
const sourceOf = ({ method, body, query }: FastifyRequest): string => {
  const { query: source } = ((method === 'POST' ? body : query) ?? {}) as { readonly query?: unknown }
  return typeof source === 'string' ? source : ''
}

/** 400 with a GraphQL error, for what Apollo Server must not see. */
const refuseOperation = (error: GraphQLError, request: FastifyRequest, reply: FastifyReply): number => {
  const errors = [error]
  request.scope?.note(errors)
  reply.code(400).type(resultType(request)).serializer(JSON.stringify).send({ errors })
  return 400
}

/** 401, 403 or 503 with a GraphQL error; the challenge is RFC 6750's. */
export const refuse = (failure: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const { status, error } = authenticationFailure(failure)
  if (status === 401) reply.header('www-authenticate', `Bearer error="invalid_token"`)
  if (status === 503) {
    reply.header('retry-after', '1')
    request.log.error({ err: failure, requestId: request.id }, 'credentials cannot be verified')
  }
  return reply
    .code(status)
    .type(resultType(request))
    .serializer(JSON.stringify)
    .send({ errors: [error] })
}

const resultType = ({ headers }: FastifyRequest): string =>
  headers.accept?.includes('application/graphql-response+json')
    ? 'application/graphql-response+json'
    : 'application/json'

/** The time of a request, which is also over when its client goes away. */
const startRequest = (reply: FastifyReply, timeoutMs: number): Deadline => {
  const deadline = startDeadline(timeoutMs)
  const onClose = () => {
    if (!reply.raw.writableFinished)
      deadline.abort(new GraphQLError('The client has gone.', { extensions: { code: 'CLIENT_GONE' } }))
  }
  reply.raw.once('close', onClose)
  return {
    ...deadline,
    clear() {
      deadline.clear()
      reply.raw.off('close', onClose)
    },
  }
}
