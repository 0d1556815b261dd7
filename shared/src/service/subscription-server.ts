import type { Server } from 'node:http'
import { type ExecutionResult, GraphQLError, parse } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import type { CryptoKey } from 'jose'
import { WebSocketServer } from 'ws'
import { z } from 'zod'
import { VIEWER_HEADER } from '../auth/index.ts'
import { ApplicationError } from '../errors/index.ts'
import type { Logger } from '../logging/index.ts'
import { mapEvents, type ServiceRequest } from './execute.ts'
import { callerOf } from './http-server.ts'

/** The gateway multiplexes many people's subscriptions over one socket: each carries its own assertion. */
const extensions = z.object({ headers: z.record(z.string(), z.string()) }).catch({ headers: {} })

interface SubscriptionServerOptions {
  readonly server: Server
  readonly service: string
  readonly keys: readonly CryptoKey[]
  readonly subscribe: (request: ServiceRequest) => Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>
  readonly log: Logger
}

/** graphql-ws turns errors into JSON itself and takes nothing but GraphQLErrors. */
const withGraphQLErrors = (result: ExecutionResult): ExecutionResult =>
  result.errors
    ? {
        ...result,
        errors: result.errors.map(({ message, path, extensions }) => new GraphQLError(message, { path, extensions })),
      }
    : result

const refusal = (error: unknown): GraphQLError[] => {
  if (error instanceof ApplicationError) return [new GraphQLError(error.message, { extensions: { code: error.code } })]
  if (error instanceof GraphQLError) return [error]
  throw error
}

/** Serves subscriptions to the gateway over graphql-ws at /graphql. */
export const serveSubscriptions = ({ server, service, keys, subscribe, log }: SubscriptionServerOptions) => {
  const sockets = new WebSocketServer({ server, path: '/graphql', maxPayload: 1024 * 1024 })
  const answer = async (args: unknown) => {
    const result = await subscribe((args as { request: ServiceRequest }).request)
    return Symbol.asyncIterator in result ? mapEvents(result, withGraphQLErrors) : withGraphQLErrors(result)
  }
  const { dispose } = useServer(
    {
      // The executor validates and runs; graphql-ws needs the document only to tell a subscription from a query.
      onSubscribe: async (_, id, payload) => {
        try {
          const { headers } = extensions.parse(payload.extensions)
          const caller = await callerOf(keys, service, headers[VIEWER_HEADER])
          const { query, operationName, variables } = payload
          const request = { query, operationName, variables, caller, requestId: headers['x-request-id'] ?? id }
          return { document: parse(query), operationName, request } as never
        } catch (error) {
          return refusal(error)
        }
      },
      subscribe: answer,
      execute: answer,
    },
    sockets,
  )
  sockets.on('error', (error) => log.warn({ err: error }, 'the subscription server had an error'))
  return { close: async () => dispose() }
}
