import { linkedSpan } from '@gigraph/shared/telemetry'
import type { ExecutionResult } from 'graphql'
import type { SubgraphResponse } from '../transport/transport.ts'
import { type CompiledFetch, variablesFor } from './compile-fetch.ts'
import type { EngineOperation } from './engine.ts'
import { type Graph, type PlannedOperation, unplannable } from './graph.ts'
import { validateOperation } from './operation-rules.ts'
import { finishRun, startRun } from './run-operation.ts'
import { mergeRootResponse, requestFor, runPlans } from './run-plan.ts'

type Upstream = AsyncIterableIterator<SubgraphResponse>

/**
 * One client's subscription: listens to the owning service and, for each event, runs the rest of the plan. Survives a
 * supergraph swap ({@link moveTo}); the transport survives a restart of the service.
 */
export class LiveSubscription implements AsyncIterableIterator<ExecutionResult> {
  readonly #operation: EngineOperation
  readonly #onEnd: () => void
  #graph: Graph
  #planned: PlannedOperation
  #upstream: Upstream
  #farewell: ExecutionResult | undefined
  #ended = false

  constructor(graph: Graph, planned: PlannedOperation, operation: EngineOperation, onEnd: () => void) {
    this.#graph = graph
    this.#planned = planned
    this.#operation = operation
    this.#onEnd = onEnd
    this.#upstream = openUpstream(graph, planned, operation)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    while (!this.#ended) {
      const upstream = this.#upstream
      const step = await upstream.next()
      if (this.#farewell !== undefined) return this.#takeFarewell(this.#farewell)
      if (upstream !== this.#upstream) continue
      if (step.done === true) this.#end()
      else {
        const value = await linkedSpan('gateway', { name: 'subscription event' }, () => this.#runEvent(step.value))
        return { done: false, value }
      }
    }
    return { done: true, value: undefined }
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    this.#end()
    await this.#upstream.return?.()
    return { done: true, value: undefined }
  }

  /**
   * Continues on another supergraph. The stream of the service is kept when the service gets the same query as before;
   * otherwise it is replaced. When a selected field is gone, the client gets one result with the errors and the end.
   */
  moveTo(graph: Graph): void {
    if (this.#ended) return
    const previous = this.#upstream
    const before = subscriptionOf(this.#planned)
    const errors = validateOperation(graph.supergraph.apiSchema, this.#operation.document)
    try {
      if (errors.length > 0) this.#farewell = { errors }
      else {
        const planned = graph.plan(this.#operation)
        const after = subscriptionOf(planned)
        const sameStream =
          after.query === before.query &&
          graph.transports.get(after.service) === this.#graph.transports.get(before.service)
        if (!sameStream) this.#upstream = openUpstream(graph, planned, this.#operation)
        this.#planned = planned
        this.#graph = graph
      }
    } catch (error) {
      this.#farewell = unplannable(error)
    }
    if (this.#farewell !== undefined || this.#upstream !== previous) void previous.return?.()
  }

  async #runEvent(event: SubgraphResponse): Promise<ExecutionResult> {
    const graph = this.#graph
    const planned = this.#planned
    const run = startRun(graph, planned, this.#operation)
    mergeRootResponse(subscriptionOf(planned), event, run, [run.data])
    if (event.data) await runPlans(planned.compiled.plans, run)
    return finishRun(planned.compiled, run)
  }

  #takeFarewell(farewell: ExecutionResult): IteratorResult<ExecutionResult> {
    this.#end()
    return { done: false, value: farewell }
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#onEnd()
  }
}

function subscriptionOf({ compiled }: PlannedOperation): CompiledFetch {
  if (compiled.subscription === undefined) throw new Error('The operation is not a subscription')
  return compiled.subscription
}

function openUpstream(graph: Graph, planned: PlannedOperation, { context }: EngineOperation): Upstream {
  const fetch = subscriptionOf(planned)
  const transport = graph.transports.get(fetch.service)
  if (transport === undefined) throw new Error(`Unknown service "${fetch.service}"`)
  return transport.subscribe(requestFor(fetch, variablesFor(fetch, planned.variables), context))
}
