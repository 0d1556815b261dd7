import type { ExecutionResult } from 'graphql'
import type { ServedGraph } from './graph.ts'
import type { KnownRequest } from './known-queries.ts'
import type { RequestScope } from './request-scope.ts'
import { SharedExecutions } from './shared-executions.ts'

/**
 * Runs a client's query; identical ones in flight share one execution, whose result must not be changed.
 * Rejects with the reason of the scope's signal when that is aborted.
 */
export type RunQuery = (request: KnownRequest, scope: RequestScope) => Promise<ExecutionResult>

export const createQueryRunner = (graph: ServedGraph): RunQuery => {
  const executions = new SharedExecutions()
  return ({ query: { document, source, operationName, queryHash }, variables }, scope) => {
    const asked = { document, source, operationName, variables }
    const run = (signal: AbortSignal) => graph.engine.execute({ ...asked, context: scope.forExecution(signal) })
    const key = `${queryHash}\n${operationName}\n${JSON.stringify(variables)}\n${scope.sharingKey}`
    return executions.share(key, run, scope.signal)
  }
}
