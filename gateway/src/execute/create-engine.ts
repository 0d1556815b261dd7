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
  /** The longest time to complete one event of a subscription. Default 30 s. */
  readonly eventTimeoutMs?: number
}

const EVENT_TIMEOUT_MS = 30_000

/**
 * Plans and runs operations over any Federation 2 supergraph.
 * @throws GraphQLError when the supergraph is not valid
 */
export function createEngine(options: EngineOptions): Engine {
  const { supergraphSdl, transports, log, metrics = {}, eventTimeoutMs = EVENT_TIMEOUT_MS } = options
  const registry = new TransportRegistry(transports, metrics)
  const live = new Set<LiveSubscription>()
  let documents: readonly string[] = []
  let isClosed = false
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

  const isInForce = (target: Graph) => !isClosed && graph === target

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
      const onEnd = () => live.delete(subscription)
      const subscription = new LiveSubscription(graph, planned, operation, { eventTimeoutMs, onEnd })
      live.add(subscription)
      return subscription
    },
    update(sdl) {
      const next = new Graph(sdl, registry.get, metrics)
      const recent = graph.recentPlans()
      graph = next
      for (const subscription of live) subscription.moveTo(next)
      void registry.keepOnly(next.supergraph.services, log)
      warmUp([...plansOf(next, documents), ...recent.map((each) => planOf(next, each))], () => isInForce(next), log)
    },
    warm(trusted) {
      documents = trusted
      const target = graph
      warmUp(plansOf(target, trusted), () => isInForce(target), log)
    },
    async close() {
      isClosed = true
      await Promise.all([...live].map((subscription) => subscription.return()))
      await registry.close()
    },
  }
}

/** Something to plan; it may find that there is more. */
type Step = () => Step[]

function plansOf(graph: Graph, documents: readonly string[]): Step[] {
  return documents.map((source) => () => graph.likelyPlans(source).map((each) => planOf(graph, each)))
}

function planOf(graph: Graph, plan: RecentPlan): Step {
  return () => {
    graph.warm(plan)
    return []
  }
}

/** Plans ahead, the last step first, one per turn of the event loop. */
function warmUp(steps: Step[], isWanted: () => boolean, log: EngineLog | undefined): void {
  setImmediate(() => {
    const step = isWanted() ? steps.pop() : undefined
    if (step === undefined) return
    try {
      steps.push(...step())
    } catch (error) {
      log?.warn({ err: error }, 'an operation cannot be planned ahead')
    }
    warmUp(steps, isWanted, log)
  })
}
