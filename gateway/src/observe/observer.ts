import type { Logger } from '@gigraph/shared/logging'
import { getOperationAST } from 'graphql'
import { Counter, Histogram, type Registry } from 'prom-client'
import type { ServedGraph } from '../serve/graph.ts'
import type { GatewayMetrics, Outcome, Protocol } from '../serve/metrics.ts'
import type { RequestScope } from '../serve/request-scope.ts'
import { createLabels } from './labels.ts'
import { type AskedOperation, Usage } from './usage.ts'

/** Told of every operation, whatever protocol it came by. */
export interface Observer {
  /** An operation was answered, or its stream has started. */
  answered(scope: RequestScope, answer: Answer): void
  /** What is used of the graph (usage.ts). */
  usage(): object
}

/** How an operation was answered. */
export interface Answer {
  readonly protocol: Protocol
  readonly outcome: Outcome
  readonly durationMs: number
}

export interface ObserverOptions {
  readonly graph: ServedGraph
  readonly metrics: GatewayMetrics
  readonly log: Logger
  /** An operation that takes longer is a line in the log. */
  readonly slowOperationMs: number
  /** The operations that have names of their own in metrics; absent: the first 200 that come. */
  readonly operationNames: readonly string[] | undefined
}

const MAX_OPERATION_NAMES = 200
const MAX_CLIENT_NAMES = 30
const SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5]

export const createObserver = (options: ObserverOptions): Observer => {
  const { graph, metrics, log, slowOperationMs, operationNames } = options
  const usage = new Usage(() => graph.schema)
  graph.onUpdate(() => usage.schemaChanged())
  const series = seriesIn(metrics.registry)
  const operations = createLabels(MAX_OPERATION_NAMES, operationNames)
  const clients = createLabels(MAX_CLIENT_NAMES)
  return {
    answered(scope, { protocol, outcome, durationMs }) {
      metrics.request(protocol, outcome, durationMs)
      const { operation: asked, client } = scope
      const facts = asked === null ? undefined : usage.factsOf(asked)
      if (facts === undefined) return
      const failed = outcome !== 'ok' || scope.errorCodes.length > 0
      usage.count(facts, client, failed, durationMs)
      const result = failed ? 'failed' : 'ok'
      series.operations.observe({ operation: operations.labelOf(facts.name), result }, durationMs / 1000)
      series.clients.inc({ client: clients.labelOf(client.name), result })
      if (durationMs >= slowOperationMs)
        log.warn(
          { requestId: scope.requestId, ...lineOf(scope), durationMs: Math.round(durationMs) },
          'a slow operation',
        )
    },
    usage: () => usage.report(),
  }
}

const seriesIn = (registry: Registry) => ({
  operations: new Histogram({
    name: 'gateway_operation_seconds',
    help: 'Operations by name, and how long they took; "failed": with an error in the answer',
    labelNames: ['operation', 'result'],
    buckets: SECONDS,
    registers: [registry],
  }),
  clients: new Counter({
    name: 'gateway_client_operations_total',
    help: 'Operations by the name that their client gives itself',
    labelNames: ['client', 'result'],
    registers: [registry],
  }),
})

/** What a log line says of an operation: nothing that a client wrote but names. */
export const lineOf = ({ operation, client, cost, errorCodes }: RequestScope): object => ({
  ...(operation && { operation: nameOf(operation) ?? 'unnamed', document: operation.queryHash }),
  ...(client.name !== null && { client: client.name }),
  ...(client.version !== null && { clientVersion: client.version }),
  ...(cost !== null && { cost }),
  ...(errorCodes.length > 0 && { errors: errorCodes }),
})

const nameOf = ({ document, operationName }: AskedOperation): string | undefined =>
  getOperationAST(document, operationName)?.name?.value
