import { type ExecutionResult, GraphQLError } from 'graphql'
import type { SubgraphTransport } from '../transport/transport.ts'
import type { Engine, EngineOperation } from './engine.ts'
import { Graph, type PlannedOperation, type RecentPlan, unplannable } from './graph.ts'
import { LiveSubscription } from './live-subscription.ts'
import type { EngineLog, EngineMetrics } from './metrics.ts'
import { runIncrementally } from './run-incrementally.ts'
import { runOperation } from './run-operation.ts'
import { TransportRegistry } from './transport-registry.ts'

/** What an engine is made of. */
export interface EngineOptions {
  /** A composed Federation 2 supergraph. */
  readonly supergraphSdl: string
  /** Makes the way to one service; called once per service and URL. The engine closes what it no longer needs. */
  readonly transports: (serviceName: string, url: string) => SubgraphTransport
  readonly log?: EngineLog
  readonly metrics?: EngineMetrics
}

/**
 * Plans and runs operations over any Federation 2 supergraph.
 * @throws GraphQLError when the supergraph is not valid
 */
export function createEngine({ supergraphSdl, transports, log, metrics = {} }: EngineOptions): Engine {
  const registry = new TransportRegistry(transports, metrics)
  const live = new Set<LiveSubscription>()
  let graph = new Graph(supergraphSdl, registry.get, metrics)

  const plan = (target: Graph, operation: EngineOperation, incremental = false): PlannedOperation | ExecutionResult => {
    try {
      return target.plan(operation, incremental)
    } catch (error) {
      // Deferring asks more of the planner; an answer in one piece is always right.
      if (incremental) return plan(target, operation)
      if (!(error instanceof GraphQLError)) log?.error({ err: error }, 'an operation could not be planned')
      return unplannable(error)
    }
  }

  return {
    get schema() {
      return graph.supergraph.apiSchema
    },
    async execute(operation) {
      const planned = plan(graph, operation)
      return 'compiled' in planned ? runOperation(graph, planned, operation) : planned
    },
    async executeIncrementally(operation) {
      const planned = plan(graph, operation, true)
      return 'compiled' in planned ? runIncrementally(graph, planned, operation, log) : planned
    },
    async subscribe(operation) {
      const planned = plan(graph, operation)
      if (!('compiled' in planned)) return planned
      if (planned.compiled.subscription === undefined) return runOperation(graph, planned, operation)
      const subscription = new LiveSubscription(graph, planned, operation, () => live.delete(subscription))
      live.add(subscription)
      return subscription
    },
    update(sdl) {
      const next = new Graph(sdl, registry.get, metrics)
      const recent = graph.recentPlans()
      graph = next
      for (const subscription of live) subscription.moveTo(next)
      void registry.keepOnly(next.supergraph.services, log)
      warmUp(next, recent, () => graph === next, log)
    },
    async close() {
      await Promise.all([...live].map((subscription) => subscription.return()))
      await registry.close()
    },
  }
}

/** Plans on a new supergraph what the old one had planned, the latest first, one per turn of the event loop. */
function warmUp(graph: Graph, recent: RecentPlan[], isInForce: () => boolean, log: EngineLog | undefined): void {
  setImmediate(() => {
    const plan = isInForce() ? recent.pop() : undefined
    if (plan === undefined) return
    try {
      graph.warm(plan)
    } catch (error) {
      log?.warn({ err: error }, 'an operation cannot be planned on the new supergraph')
    }
    warmUp(graph, recent, isInForce, log)
  })
}
