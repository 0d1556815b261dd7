import { childSpan, continueTrace, enterSpan, isTracing, pastSpan, type SpanOptions } from '@gigraph/shared/telemetry'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type ExecutionResult, getOperationAST } from 'graphql'
import type { Engine, EngineOperation } from '../execute/engine.ts'
import type { EngineMetrics } from '../execute/metrics.ts'
import type { SubgraphTransport } from '../transport/transport.ts'

/** The gateway's name in traces. */
const GATEWAY = 'gateway'

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/** A route whose requests are the beginning of a trace, or the continuation of the client's own; a stream's span ends with it. */
export const traceRoute = (handler: Handler): Handler => {
  if (!isTracing()) return handler
  return (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    const attributes = {
      'http.request.method': request.method,
      'http.route': route,
      'gigraph.request_id': request.id,
    }
    return continueTrace(request.headers, () =>
      enterSpan(GATEWAY, { name: `${request.method} ${route}`, kind: 'server', attributes }, async (span) => {
        const answered = await handler(request, reply)
        span.set({ 'http.response.status_code': reply.statusCode })
        if (reply.statusCode >= 500) span.fail(String(reply.statusCode))
        return answered
      }),
    )
  }
}

/** One operation of a WebSocket begins a trace; the span of a subscription ends when it has started. */
export const traceSocketOperation = <T>(requestId: string, run: () => T): T =>
  enterSpan(
    GATEWAY,
    { name: 'websocket operation', kind: 'server', attributes: { 'gigraph.request_id': requestId } },
    run,
  )

/** An engine whose operations are spans. Documents stay out of them: a client may have written secrets into one. */
export const traceEngine = (engine: Engine): Engine => {
  if (!isTracing()) return engine
  return {
    ...engine,
    get schema() {
      return engine.schema
    },
    execute: (operation) =>
      childSpan(spanOf(operation), async (span) => {
        const result = await engine.execute(operation)
        const failure = failureOf(result)
        if (failure !== null) span.fail(failure)
        return result
      }),
    executeIncrementally: (operation) => childSpan(spanOf(operation), () => engine.executeIncrementally(operation)),
    subscribe: (operation) => childSpan(spanOf(operation), () => engine.subscribe(operation)),
  }
}

const spanOf = ({ document, operationName }: EngineOperation): SpanOptions => {
  const definition = getOperationAST(document, operationName)
  const type = definition?.operation ?? 'unknown'
  const name = definition?.name?.value
  return {
    name: name === undefined ? type : `${type} ${name}`,
    attributes: { 'graphql.operation.type': type, ...(name !== undefined && { 'graphql.operation.name': name }) },
  }
}

const failureOf = ({ errors }: ExecutionResult): string | null =>
  errors?.length ? String(errors[0]?.extensions.code ?? 'UNCODED') : null

/** An engine's reports, with a span for each plan that had to be made. */
export const tracePlanning = (metrics: EngineMetrics): EngineMetrics => {
  if (!isTracing()) return metrics
  return {
    ...metrics,
    planned(durationMs) {
      metrics.planned?.(durationMs)
      const endedAtMs = Date.now()
      pastSpan(GATEWAY, { name: 'plan', startedAtMs: endedAtMs - durationMs, endedAtMs })
    },
  }
}

/** A way to a service whose calls are spans. */
export const traceTransport = (service: string, transport: SubgraphTransport): SubgraphTransport => {
  if (!isTracing()) return transport
  const options: SpanOptions = { name: `fetch ${service}`, kind: 'client', attributes: { 'gigraph.service': service } }
  return {
    ...transport,
    execute: (request) =>
      childSpan(options, async (span) => {
        const response = await transport.execute(request)
        const failure = response.errors?.[0]
        if (failure) span.fail(String(failure.extensions?.code ?? 'UNCODED'))
        return response
      }),
  }
}
