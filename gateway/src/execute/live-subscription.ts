import { linkedSpan } from '@gigraph/shared/telemetry'
import { type ExecutionResult, GraphQLError } from 'graphql'
import type { RequestContext, SubgraphResponse } from '../transport/transport.ts'
import { type CompiledFetch, variablesFor } from './compile-fetch.ts'
import type { EngineOperation } from './engine.ts'
import { type Graph, type PlannedOperation, unplannable } from './graph.ts'
import { validateOperation } from './operation-rules.ts'
import { finishRun, startRun } from './run-operation.ts'
import { mergeRootResponse, type Run, requestFor, runPlans } from './run-plan.ts'

type Upstream = AsyncIterableIterator<SubgraphResponse>

/** What a {@link LiveSubscription} needs to know of its engine. */
export interface LiveSubscriptionOptions {
  /** The longest time to complete one event; what is not there then is null, with an error. */
  readonly eventTimeoutMs: number
  readonly onEnd: () => void
}

/**
 * One client's subscription: listens to the owning service and, for each event, runs the rest of the plan. Survives a
 * supergraph swap ({@link moveTo}); the transport survives a restart of the service.
 */
export class LiveSubscription implements AsyncIterableIterator<ExecutionResult> {
  readonly #operation: EngineOperation
  readonly #options: LiveSubscriptionOptions
  #graph: Graph
  #planned: PlannedOperation
  #upstream: Upstream
  #farewell: ExecutionResult | undefined
  #ended = false

  constructor(graph: Graph, planned: PlannedOperation, operation: EngineOperation, options: LiveSubscriptionOptions) {
    this.#graph = graph
    this.#planned = planned
    this.#operation = operation
    this.#options = options
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
    const { plans } = planned.compiled
    const timeUp = new AbortController()
    const run = startRun(graph, planned, {
      ...this.#operation,
      context: within(this.#operation.context, timeUp.signal),
    })
    mergeRootResponse(subscriptionOf(planned), event, run, [run.data])
    if (event.data && plans.length > 0) await this.#complete(runPlans(plans, run), run, timeUp)
    return finishRun(planned.compiled, run)
  }

  /** Waits until an event is complete, or for as long as it may take: the next one must not wait for ever. */
  async #complete(running: Promise<void>, { errors }: Run, timeUp: AbortController): Promise<void> {
    const { eventTimeoutMs } = this.#options
    if (!Number.isFinite(eventTimeoutMs)) return running
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), eventTimeoutMs)
    })
    if ((await Promise.race([running, late])) === 'late') {
      const message = `An event took longer than ${eventTimeoutMs / 1000} s.`
      errors.push({ message, extensions: { code: 'TIMEOUT' } })
      timeUp.abort(new GraphQLError(message))
    }
    clearTimeout(timer)
  }

  #takeFarewell(farewell: ExecutionResult): IteratorResult<ExecutionResult> {
    this.#end()
    return { done: false, value: farewell }
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#options.onEnd()
  }
}

/** The context of one event: it ends with the subscription, and by itself. */
function within(context: RequestContext, timeUp: AbortSignal): RequestContext {
  const signal = context.signal === undefined ? timeUp : AbortSignal.any([context.signal, timeUp])
  return { ...context, signal, headersFor: (service) => context.headersFor(service) }
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
