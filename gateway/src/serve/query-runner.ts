import type { ExecutionResult } from 'graphql'
import { abortListeners } from '../transport/abort-listeners.ts'
import type { ServedGraph } from './graph.ts'
import type { KnownRequest } from './known-queries.ts'
import type { RequestScope } from './request-scope.ts'
import { SharedExecutions } from './shared-executions.ts'

/**
 * Runs a client's query; identical ones in flight share one execution, whose result must not be changed.
 * Rejects with the reason of the signal (the scope's own unless another is given) when that is aborted.
 */
export type RunQuery = (request: KnownRequest, scope: RequestScope, signal?: AbortSignal) => Promise<ExecutionResult>

export const createQueryRunner = (graph: ServedGraph): RunQuery => {
  const executions = new SharedExecutions()
  return ({ query: { document, source, operationName, queryHash }, variables }, scope, signal = scope.signal) => {
    const asked = { document, source, operationName, variables }
    const run = (shared: AbortSignal) => graph.engine.execute({ ...asked, context: scope.forExecution(shared) })
    const key = `${queryHash}\n${operationName}\n${JSON.stringify(variables)}\n${scope.sharingKey}`
    return executions.share(key, run, signal)
  }
}

/**
 * Waits for work that goes on whoever waits for it: what a mutation has begun is finished though its client has gone or its time is up.
 * Rejects with the signal's reason when that is aborted first.
 */
export const waitFor = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const listeners = abortListeners(signal)
    const leave = () => reject(signal.reason)
    const settle = () => listeners.delete(leave)
    work.then(resolve, reject).finally(settle)
    if (signal.aborted) leave()
    else listeners.add(leave)
  })
