import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { SubgraphTransport } from '../transport/transport.ts'
import type { CompiledOperation } from './compile-operation.ts'
import type { Engine, EngineOperation } from './engine.ts'
import { EntityQueue } from './entity-fetch.ts'
import { Graph, type PlannedOperation, unplannable } from './graph.ts'
import type { JsonObject } from './json.ts'
import { LiveSubscription } from './live-subscription.ts'
import type { EngineLog, EngineMetrics } from './metrics.ts'
import { type Run, runPlans } from './run-plan.ts'
import { withinSelection } from './service-errors.ts'
import { shapeObject } from './shape.ts'
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

  const plan = (target: Graph, operation: EngineOperation): PlannedOperation | ExecutionResult => {
    try {
      return target.plan(operation)
    } catch (error) {
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
      return 'compiled' in planned ? execute(graph, planned, operation) : planned
    },
    async subscribe(operation) {
      const planned = plan(graph, operation)
      if (!('compiled' in planned)) return planned
      if (planned.compiled.subscription === undefined) return execute(graph, planned, operation)
      const subscription = new LiveSubscription(graph, planned, operation, () => live.delete(subscription))
      live.add(subscription)
      return subscription
    },
    update(sdl) {
      const next = new Graph(sdl, registry.get, metrics)
      graph = next
      for (const subscription of live) subscription.moveTo(next)
      void registry.keepOnly(next.supergraph.services, log)
    },
    async close() {
      await Promise.all([...live].map((subscription) => subscription.return()))
      await registry.close()
    },
  }
}

async function execute(graph: Graph, planned: PlannedOperation, operation: EngineOperation): Promise<ExecutionResult> {
  const run = startRun(graph, planned, operation)
  await runPlans(planned.compiled.plans, run)
  return finishRun(planned.compiled, run)
}

/** An empty tree for one execution, or for one event of a subscription. */
export function startRun(graph: Graph, { compiled, variables }: PlannedOperation, { context }: EngineOperation): Run {
  return {
    data: {},
    errors: [],
    variables,
    context,
    entityQueue: new EntityQueue(),
    dataKeys: compiled.dataKeys,
    objectTypes: graph.supergraph.objectTypes,
    ...(graph.onEntities === undefined ? {} : { onEntities: graph.onEntities }),
    transportFor: (service) => graph.transports.get(service),
  }
}

/** Shapes what a run gathered into the client's response. */
export function finishRun(compiled: CompiledOperation, run: Run): ExecutionResult {
  const introspection: JsonObject = compiled.introspect?.(run.variables) ?? {}
  const authenticated = run.context.scopes !== null
  const data = shapeObject(run.data, compiled.shape, { path: [], errors: run.errors, introspection, authenticated })
  if (run.errors.length === 0) return { data }
  return { data, errors: run.errors.map((error) => toGraphQLError(withinSelection(error, compiled.shape))) }
}

function toGraphQLError({ message, path, extensions }: GraphQLFormattedError): GraphQLError {
  return new GraphQLError(message, { path, extensions })
}
