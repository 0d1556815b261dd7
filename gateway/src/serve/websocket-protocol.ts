import type { Logger } from '@gigraph/shared/logging'
import { type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql'
import { type Context, makeServer, type Server, type SubscribePayload } from 'graphql-ws'
import { AuthenticationUnavailable, CredentialsRefused } from '../auth/authentication.ts'
import { credentialsOf, credentialsOfParams } from '../auth/credentials.ts'
import { clientOf } from '../observe/client.ts'
import { lineOf, type Observer } from '../observe/observer.ts'
import type { Limits } from '../protect/limits.ts'
import type { Callers } from './callers.ts'
import { networkOf } from './client-network.ts'
import { countStream } from './counted-stream.ts'
import { type ErrorMask, logDefects } from './errors.ts'
import type { GatewayMetrics, Outcome } from './metrics.ts'
import type { Operations, PreparedOperation } from './operations.ts'
import type { RequestScope } from './request-scope.ts'
import { traceSocketOperation } from './tracing.ts'
import { CLOSE, type WebSocketSession } from './websocket-session.ts'

interface Extra {
  readonly session: WebSocketSession
}
type SocketContext = Context<Record<string, unknown> | undefined, Extra>

/** Ours, under graphql-ws's type: it hands back what `onSubscribe` gave it. */
interface Arguments extends ExecutionArgs {
  readonly prepared: PreparedOperation
}

export interface ProtocolOptions {
  readonly callers: Callers
  readonly operations: Operations
  readonly limits: Limits
  /** Counts the socket for its owner; `false` when the owner has too many. */
  readonly countSocket: (session: WebSocketSession, account: string) => boolean
  /** A query or mutation begins; call the result when it has been answered. */
  readonly begin: () => () => void
  readonly maskError: ErrorMask
  readonly log: Logger
  readonly metrics: GatewayMetrics
  readonly observer: Observer
}

/** The graphql-transport-ws protocol over our operations. Close codes not named here are graphql-ws's own. */
export const createProtocol = (options: ProtocolOptions): Server<Extra> => {
  const { callers, operations, limits, metrics, maskError, log } = options

  const scopeOf = (session: WebSocketSession, payload: SubscribePayload): RequestScope =>
    callers.scopeOf(
      {
        requestId: session.newRequestId(),
        headers: session.request.headers,
        address: session.address,
        signal: session.gone,
        extensions: payload.extensions,
        client: session.client,
      },
      session.authentication!,
    )

  const finished = (scope: RequestScope, outcome: Outcome, startedAt: number): void => {
    const durationMs = performance.now() - startedAt
    options.observer.answered(scope, { protocol: 'websocket', outcome, durationMs })
    if (!log.isLevelEnabled('info')) return
    const { requestId } = scope
    log.info({ requestId, outcome, durationMs: Math.round(durationMs), ...lineOf(scope) }, 'websocket operation')
  }

  const onConnect = async ({ extra: { session }, connectionParams }: SocketContext): Promise<boolean> => {
    try {
      const credentials = credentialsOfParams(connectionParams) ?? credentialsOf(session.request.headers)
      session.authentication = await callers.authenticate(credentials)
    } catch (error) {
      if (error instanceof AuthenticationUnavailable) {
        session.close(CLOSE.internal, 'Credentials cannot be verified at the moment')
        return false
      }
      if (!(error instanceof CredentialsRefused)) throw error
      metrics.rejected('credentials')
      session.close(CLOSE.forbidden, error.message)
      return false
    }
    const client = clientOf(connectionParams ?? {})
    session.client = client.name === null ? clientOf(session.request.headers) : client
    const { viewer } = session.authentication
    if (!options.countSocket(session, viewer ? `viewer:${viewer.id}` : `address:${networkOf(session.address)}`)) {
      metrics.rejected('sockets')
      session.close(CLOSE.tooMany, 'Too many sockets')
      return false
    }
    return true
  }

  const onSubscribe = async (
    { extra: { session }, subscriptions }: SocketContext,
    _id: string,
    payload: SubscribePayload,
  ) => {
    if (Object.keys(subscriptions).length > limits.maxOperationsPerSocket) {
      metrics.rejected('operations')
      const message = `A socket may run ${limits.maxOperationsPerSocket} operations at once.`
      return [new GraphQLError(message, { extensions: { code: 'TOO_MANY_OPERATIONS' } })]
    }
    const startedAt = performance.now()
    const scope = scopeOf(session, payload)
    const prepared = await operations.prepare(payload, scope)
    if (!('query' in prepared)) {
      scope.note(prepared)
      finished(scope, 'refused', startedAt)
      return prepared
    }
    const { document, operationName } = prepared.query
    return { schema: undefined as never, document, operationName, contextValue: prepared.scope, prepared } as Arguments
  }

  const run = async (args: ExecutionArgs): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> => {
    const { prepared } = args as Arguments
    const startedAt = performance.now()
    const result = await traceSocketOperation(prepared.scope.requestId, () => operations.run(prepared))
    const failed = 'errors' in result && result.errors !== undefined
    if (failed) prepared.scope.note(result.errors ?? [])
    finished(prepared.scope, failed ? 'errors' : 'ok', startedAt)
    if (!(Symbol.asyncIterator in result)) return result
    return countStream(result, 'websocket', metrics)
  }

  return makeServer<Record<string, unknown> | undefined, Extra>({
    connectionInitWaitTimeout: limits.initTimeoutMs,
    onConnect,
    onSubscribe,
    execute: async (args) => {
      const finished = options.begin()
      try {
        return await run(args)
      } finally {
        finished()
      }
    },
    subscribe: run,
    onNext: (_context, _id, _payload, args, result) => operations.present(result, args.contextValue as RequestScope),
    onError: ({ extra: { session } }, _id, _payload, errors) => {
      const requestId = session.newRequestId()
      logDefects(log, requestId, errors)
      return errors.map((error) => maskError(error.toJSON(), requestId))
    },
  }) as Server<Extra>
}
