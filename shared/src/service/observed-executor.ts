import type { ExecutionResult } from 'graphql'
import type { Logger } from '../logging/index.ts'
import { enterSpan, linkedSpan, type SpanOptions } from '../telemetry/index.ts'
import type { ServiceRequest } from './execute.ts'

interface Executor {
  execute(request: ServiceRequest): Promise<ExecutionResult>
  subscribe(request: ServiceRequest): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>
}

const spanOf = (kind: string, { operationName, requestId }: ServiceRequest): SpanOptions => ({
  name: operationName ? `${kind} ${operationName}` : kind,
  kind: 'server',
  attributes: {
    'graphql.operation.type': kind,
    ...(operationName && { 'graphql.operation.name': operationName }),
    'gigraph.request_id': requestId,
  },
})

const kindOf = (query: string): string => (query.startsWith('mutation') ? 'mutation' : 'query')

/** An executor whose operations leave a span and, at level `debug`, a line in the log. Their text and variables stay out of both. */
export const observeExecutor = (service: string, { execute, subscribe }: Executor, log: Logger): Executor => ({
  execute: (request) =>
    enterSpan(service, spanOf(kindOf(request.query), request), async (span) => {
      const startedAt = performance.now()
      const result = await execute(request)
      const failure = result.errors?.[0]?.extensions?.code
      if (result.errors) span.fail(String(failure))
      const { requestId, operationName: operation } = request
      const durationMs = Math.round(performance.now() - startedAt)
      log.debug({ requestId, operation, durationMs, ...(result.errors && { failure }) }, 'operation')
      return result
    }),
  subscribe: (request) =>
    enterSpan(service, spanOf('subscription', request), () => {
      log.debug({ requestId: request.requestId, operation: request.operationName }, 'subscription')
      return subscribe(request)
    }),
})

/** One event of a subscription: a trace of its own, since the subscription may run for days. */
export const observeEvent =
  (service: string) =>
  (request: ServiceRequest, run: () => Promise<ExecutionResult>): Promise<ExecutionResult> =>
    linkedSpan(service, spanOf('subscription event', request), run)
