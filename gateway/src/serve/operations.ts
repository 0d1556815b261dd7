import type { Logger } from '@gigraph/shared/logging'
import {
  type DocumentNode,
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  type OperationTypeNode,
  parse,
  validate,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { operationRules } from '../execute/operation-rules.ts'
import type { Admission } from '../protect/admission.ts'
import type { Limits } from '../protect/limits.ts'
import { limitsRule } from '../protect/limits-rule.ts'
import { refuseRepetitions } from '../protect/repetition.ts'
import { sha256, type TrustedDocuments } from '../protect/trusted-documents.ts'
import { abortListeners } from '../transport/abort-listeners.ts'
import { startDeadline } from './deadline.ts'
import { type ErrorMask, logDefects, withoutSuggestion } from './errors.ts'
import type { ServedGraph } from './graph.ts'
import type { KnownQuery } from './known-queries.ts'
import type { PersistedQueries } from './persisted-queries.ts'
import { type RunQuery, waitFor } from './query-runner.ts'
import type { RequestScope } from './request-scope.ts'

/** A GraphQL request as the streaming protocols carry it. */
export interface GraphQLRequest {
  readonly query?: string | null | undefined
  readonly operationName?: string | null | undefined
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined
}

/** An operation that may run. */
export interface PreparedOperation {
  readonly type: OperationTypeNode
  readonly query: KnownQuery
  readonly variables: Readonly<Record<string, unknown>>
  readonly scope: RequestScope
}

/** An execution's result, under the slightly different types that each protocol's library has for it. */
export interface PresentableResult {
  readonly data?: Record<string, unknown> | null | undefined
  readonly errors?: readonly GraphQLError[] | undefined
  readonly extensions?: Record<string, unknown> | undefined
}

/** What Apollo Server does for HTTP, for the protocols that it does not speak: WebSocket and server-sent events. */
export interface Operations {
  /** Parses, validates and admits a request. Errors are values; they may be shown as they are. */
  prepare(request: GraphQLRequest, scope: RequestScope): Promise<PreparedOperation | readonly GraphQLError[]>
  /** Queries and mutations have the time that they would have over HTTP; a mutation ends by itself, whoever has gone. */
  run(prepared: PreparedOperation): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>
  /** A result as the client may see it. */
  present(result: PresentableResult, scope: RequestScope): FormattedExecutionResult
}

export interface OperationsOptions {
  readonly graph: ServedGraph
  readonly limits: Limits
  readonly admission: Admission
  readonly trustedDocuments: TrustedDocuments
  readonly persistedQueries: PersistedQueries
  readonly runQuery: RunQuery
  readonly introspection: boolean
  readonly maskError: ErrorMask
  readonly log: Logger
}

const REMEMBERED_DOCUMENTS = 2_000

const refuse = (message: string, code: string) => new GraphQLError(message, { extensions: { code } })

export const createOperations = (options: OperationsOptions): Operations => {
  const { graph, limits, admission, trustedDocuments, persistedQueries, runQuery, introspection, maskError, log } =
    options
  const rules = [...operationRules, limitsRule(limits), ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])]
  const documents = new LRUCache<string, DocumentNode>({ max: REMEMBERED_DOCUMENTS })
  graph.onUpdate(() => documents.clear())

  /** @throws {GraphQLError} nothing was sent, or only a hash that is not known */
  const sourceOf = async ({ query, extensions }: GraphQLRequest): Promise<{ source: string; hash: string }> => {
    const persisted = extensions?.persistedQuery as { readonly sha256Hash?: unknown } | undefined
    const hash = typeof persisted?.sha256Hash === 'string' ? persisted.sha256Hash : undefined
    if (!query) {
      const source = hash === undefined ? undefined : await persistedQueries.get(hash)
      if (hash !== undefined && source !== undefined) return { source, hash }
      throw hash === undefined
        ? refuse('The request has no query.', 'BAD_REQUEST')
        : refuse('PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND')
    }
    const actual = sha256(query)
    if (hash !== undefined && hash !== actual) throw refuse('provided sha does not match query', 'BAD_REQUEST')
    return { source: query, hash: actual }
  }

  const documentOf = (source: string, hash: string): DocumentNode | readonly GraphQLError[] => {
    const known = documents.get(hash)
    if (known) return known
    let document: DocumentNode
    try {
      document = parse(source, { maxTokens: limits.maxTokens })
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error
      return [withCode(error, 'GRAPHQL_PARSE_FAILED')]
    }
    const repetitive = refuseRepetitions(document)
    if (repetitive) return [repetitive]
    const errors = validate(graph.schema, document, rules)
    if (errors.length > 0) {
      const shown = introspection ? errors : errors.map(withoutSuggestion)
      return shown.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED'))
    }
    documents.set(hash, document)
    return document
  }

  const prepare = async (request: GraphQLRequest, scope: RequestScope) => {
    const { source, hash } = await sourceOf(request)
    trustedDocuments.check(hash)
    const document = documentOf(source, hash)
    if (!('kind' in document)) return document
    // Only what is valid is kept for others to ask for, as Apollo Server does it.
    if (request.query && request.extensions?.persistedQuery) await persistedQueries.set(hash, source)
    const operationName = request.operationName ?? null
    const { variables = null } = request
    const definition = getOperationAST(document, operationName)
    if (!definition)
      return [refuse('The operation to run cannot be told from the request.', 'OPERATION_RESOLUTION_FAILURE')]
    scope.operation = { document, operationName, queryHash: hash }
    await admission.admit({ document, operationName, variables, scope })
    return {
      type: definition.operation,
      scope,
      query: { document, source, operationName, queryHash: hash },
      variables: variables ?? {},
    }
  }

  const answer = async ({ type, query, variables, scope }: PreparedOperation): Promise<ExecutionResult> => {
    const deadline = startDeadline(limits.requestTimeoutMs)
    const gone = abortListeners(scope.signal)
    const leave = () => deadline.abort(scope.signal.reason)
    gone.add(leave)
    try {
      if (scope.signal.aborted) leave()
      if (type === 'query') return await runQuery({ query, variables }, scope, deadline.signal)
      const execution = graph.engine.execute({ ...query, variables, context: scope.forMutation() })
      return await waitFor(execution, deadline.signal)
    } catch (error) {
      // The socket is gone, or the time is up.
      if (error !== deadline.signal.reason) throw error
      return { errors: [error instanceof GraphQLError ? error : refuse('The client has gone.', 'CLIENT_GONE')] }
    } finally {
      deadline.clear()
      gone.delete(leave)
    }
  }

  return {
    async prepare(request, scope) {
      try {
        return await prepare(request, scope)
      } catch (error) {
        if (!(error instanceof GraphQLError)) throw error
        const { http: _, ...extensions } = error.extensions
        return [new GraphQLError(error.message, { ...(error.nodes && { nodes: error.nodes }), extensions })]
      }
    },
    run(prepared) {
      const { type, query, variables, scope } = prepared
      if (type !== 'subscription') return answer(prepared)
      return graph.engine.subscribe({ ...query, variables, context: scope.forExecution(scope.signal) })
    },
    present(result, scope) {
      const { data, errors, extensions } = result
      if (errors) logDefects(log, scope.requestId, errors)
      const shown = errors?.map((error) => maskError(formatted(error), scope.requestId))
      if (shown) scope.note(shown)
      const cost = scope.wantsCost && scope.cost !== null ? { cost: scope.cost } : undefined
      return {
        ...(data === undefined ? {} : { data }),
        ...(shown && { errors: shown }),
        ...((extensions || cost) && { extensions: { ...extensions, ...cost } }),
      }
    },
  }
}

/** Errors of services come as plain objects from some engines. */
const formatted = (error: GraphQLError) => (error instanceof GraphQLError ? error.toJSON() : error)

const withCode = (error: GraphQLError, code: string) =>
  new GraphQLError(error.message, {
    ...(error.nodes && { nodes: error.nodes }),
    ...(error.source && error.positions && { source: error.source, positions: error.positions }),
    extensions: { code, ...error.extensions },
  })
