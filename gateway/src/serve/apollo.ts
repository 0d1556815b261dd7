import { ApolloServer, type ApolloServerPlugin, type BaseContext, type HTTPGraphQLRequest } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import type { GatewayExecutor, GatewayInterface } from '@apollo/server-gateway-interface'
import type { Logger } from '@gigraph/shared/logging'
import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { Admission } from '../protect/admission.ts'
import type { Limits } from '../protect/limits.ts'
import { limitsRule } from '../protect/limits-rule.ts'
import { rateLimitHeaders } from '../protect/rate-limiter.ts'
import type { TrustedDocuments } from '../protect/trusted-documents.ts'
import { type ErrorMask, logDefects } from './errors.ts'
import type { ServedGraph } from './graph.ts'
import type { KnownQueries } from './known-queries.ts'
import { deferredBody } from './multipart.ts'
import type { PersistedQueries } from './persisted-queries.ts'
import { type RunQuery, waitFor } from './query-runner.ts'
import type { RequestScope } from './request-scope.ts'
import { serializeResult } from './serialize.ts'

/** The context value of every operation over HTTP. */
export interface HttpContext extends BaseContext {
  readonly scope: RequestScope
  /** Whether the client takes what it defers in parts of their own. */
  readonly acceptsParts: boolean
}

export interface ApolloOptions {
  readonly graph: ServedGraph
  readonly limits: Limits
  readonly admission: Admission
  readonly trustedDocuments: TrustedDocuments
  readonly persistedQueries: PersistedQueries
  /** Told of every query that may run. */
  readonly knownQueries: KnownQueries
  readonly runQuery: RunQuery
  /** Also whether validation errors suggest names. */
  readonly introspection: boolean
  readonly maskError: ErrorMask
  readonly log: Logger
}

/** Apollo Server, which owns the HTTP semantics, around our engine. Start it with `start()`. */
export const createApolloServer = (options: ApolloOptions): ApolloServer<HttpContext> => {
  const { graph, limits, introspection, persistedQueries, log } = options
  return new ApolloServer<HttpContext>({
    gateway: gatewayOf(graph, options.runQuery),
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: { cache: persistedQueries },
    parseOptions: { maxTokens: limits.maxTokens },
    validationRules: [limitsRule(limits)],
    stopOnTerminationSignals: false,
    logger: log,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      protection(options),
    ],
  })
}

/** Gives Apollo Server our engine under the interface that it knows. */
const gatewayOf = (graph: ServedGraph, runQuery: RunQuery): GatewayInterface => {
  const executor: GatewayExecutor = async ({ document, source, request, context, operation, queryHash }) => {
    const { scope, acceptsParts } = context as HttpContext
    const operationName = request.operationName ?? null
    // Apollo Server leaves this case to the executor, whatever its types say.
    if (!operation) return { errors: [unknownOperation(operationName)] }
    const { outcome } = scope
    if (outcome && 'failure' in outcome) throw outcome.failure
    if (outcome && 'result' in outcome) return withoutHttp(outcome.result)
    const variables = request.variables ?? {}
    const asked = { document, source, operationName, variables }
    // What was begun is finished though its client has gone: half of a mutation helps nobody.
    const isQuery = operation.operation === 'query'
    if (acceptsParts) {
      const operationContext = isQuery ? scope.forExecution(scope.signal) : scope.forMutation()
      const execution = graph.engine.executeIncrementally({ ...asked, context: operationContext })
      const result = await waitFor(execution, scope.signal)
      if (!('initialResult' in result)) return withoutHttp(result)
      scope.subsequentResults = result.subsequentResults
      return withoutHttp(result.initialResult)
    }
    if (!isQuery) {
      const execution = graph.engine.execute({ ...asked, context: scope.forMutation() })
      return withoutHttp(await waitFor(execution, scope.signal))
    }
    return withoutHttp(await runQuery({ query: { document, source, operationName, queryHash }, variables }, scope))
  }
  return {
    async load() {
      return { executor }
    },
    onSchemaLoadOrUpdate(callback) {
      const tell = () => callback({ apiSchema: graph.schema, coreSupergraphSdl: graph.supergraphSdl })
      tell()
      return graph.onUpdate(tell)
    },
    async stop() {},
  }
}

type GatewayResult = Awaited<ReturnType<GatewayExecutor>>

/** Apollo Server lets `extensions.http` of an error set the response's status: services must not reach for that. */
const withoutHttp = (result: ExecutionResult): GatewayResult => {
  if (!result.errors?.some(({ extensions }) => 'http' in extensions)) return result as GatewayResult
  const errors = result.errors.map((error) => {
    const { http: _, ...extensions } = error.extensions
    return new GraphQLError(error.message, { path: error.path, extensions })
  })
  return { ...result, errors } as GatewayResult
}

const NOTHING = {}

/** Trusted documents, cost and budget before an operation runs; masking and cost after. */
const protection = ({
  admission,
  trustedDocuments,
  knownQueries,
  maskError,
  log,
}: ApolloOptions): ApolloServerPlugin<HttpContext> => ({
  async requestDidStart() {
    return {
      async didResolveOperation(resolved) {
        const { document, operation, queryHash, source, request, contextValue } = resolved
        const { scope } = contextValue
        const operationName = request.operationName ?? null
        scope.operation = { document, operationName, queryHash }
        if (scope.outcome && 'refusal' in scope.outcome) throw scope.outcome.refusal
        if (scope.outcome) return
        if (operation?.operation === 'subscription') {
          scope.isSubscription = true
          throw subscriptionOverHttp()
        }
        trustedDocuments.check(queryHash)
        await admission.admit({ document, operationName, variables: request.variables, scope })
        if (operation?.operation === 'query') knownQueries.remember({ document, source, operationName, queryHash })
      },
      async willSendResponse({ request, response, contextValue: { scope }, errors, queryHash }) {
        if (errors) logDefects(log, scope.requestId, errors)
        if (scope.rateLimit) {
          for (const [name, value] of Object.entries(rateLimitHeaders(scope.rateLimit)))
            response.http.headers.set(name, value)
        }
        if (response.body.kind !== 'single') return
        const { singleResult } = response.body
        const refusal = singleResult.errors && trustedDocuments.refusalOf(queryHash)
        if (refusal) {
          singleResult.errors = [refusal.toJSON()]
          response.http.status = 403
        }
        const { status } = response.http
        if (status === 400 && isLegacy(request.http) && singleResult.errors?.every(isOperationsFault))
          response.http.status = 200
        if (singleResult.errors) {
          singleResult.errors = singleResult.errors.map((error) => maskError(error, scope.requestId))
          scope.note(singleResult.errors)
        }
        if (scope.wantsCost && scope.cost !== null) {
          singleResult.extensions = { ...singleResult.extensions, cost: scope.cost }
        }
        // Taken from Apollo Server, which would make a string of it.
        scope.responseBody = scope.subsequentResults
          ? deferredBody({
              initial: singleResult,
              subsequent: scope.subsequentResults,
              present: (later) => {
                logDefects(log, scope.requestId, later)
                return later.map((error) => maskError(error.toJSON(), scope.requestId))
              },
            })
          : serializeResult(singleResult)
        response.body.singleResult = NOTHING
      },
    }
  },
})

const unknownOperation = (name: string | null) =>
  new GraphQLError(name === null ? 'Must provide operation name.' : `Unknown operation named "${name}".`)

const subscriptionOverHttp = () =>
  new GraphQLError(
    'Subscriptions need a WebSocket, `Accept: text/event-stream`, or `Accept: multipart/mixed;subscriptionSpec=1.0`.',
    {
      extensions: { code: 'BAD_REQUEST', http: { status: 406 } },
    },
  )

/** The client reads `application/json`, in which a status other than 200 may come from any hop on the way. */
const isLegacy = (request: HTTPGraphQLRequest | undefined): boolean =>
  !request?.headers.get('accept')?.includes('application/graphql-response+json')

const OPERATIONS_FAULTS = new Set<unknown>(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT'])

/** A well-formed request for an operation that cannot run: 200 in `application/json` (GraphQL over HTTP, §6.4.1). */
const isOperationsFault = ({ extensions }: GraphQLFormattedError): boolean => OPERATIONS_FAULTS.has(extensions?.code)
