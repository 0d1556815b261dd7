import { type ExecutionResult, GraphQLError, type GraphQLFormattedError, OperationTypeNode } from 'graphql'
import type { CompiledOperation } from './compile-operation.ts'
import type { EngineOperation } from './engine.ts'
import { EntityQueue } from './entity-fetch.ts'
import { ErrorIndex } from './error-index.ts'
import type { Graph, PlannedOperation } from './graph.ts'
import { type Run, runPlans } from './run-plan.ts'
import { explainsNull, withinSelection } from './service-errors.ts'
import { type DeferredObject, type Shaping, shapeObject } from './shape.ts'

/** Runs a planned query or mutation. */
export async function runOperation(
  graph: Graph,
  planned: PlannedOperation,
  operation: EngineOperation,
): Promise<ExecutionResult> {
  const run = startRun(graph, planned, operation)
  await runPlans(planned.compiled.plans, run, planned.compiled.kind === OperationTypeNode.MUTATION)
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
    sharing: { begun: false },
    objectTypes: graph.supergraph.objectTypes,
    ...(graph.onEntities === undefined ? {} : { onEntities: graph.onEntities }),
    transportFor: (service) => graph.transports.get(service),
  }
}

/** Shapes what a run gathered into the client's response; what comes later is added to `deferred`. */
export function finishRun(compiled: CompiledOperation, run: Run, deferred?: DeferredObject[]): ExecutionResult {
  const data = shapeObject(run.data, compiled.shape, startShaping(compiled, run, deferred))
  if (run.errors.length === 0) return { data }
  const errors = run.errors.filter((error) => explainsNull(error, data))
  if (errors.length === 0) return { data }
  return { data, errors: errors.map((error) => toGraphQLError(withinSelection(error, compiled.shape))) }
}

/** The beginning of shaping, at the root. */
export function startShaping(compiled: CompiledOperation, run: Run, deferred: DeferredObject[] | undefined): Shaping {
  return {
    path: [],
    errors: run.errors,
    known: new ErrorIndex(run.errors),
    introspection: compiled.introspect?.(run.variables) ?? {},
    authenticated: run.context.scopes !== null,
    ...(deferred === undefined ? {} : { deferred }),
  }
}

/** An error as graphql-js has it. */
export function toGraphQLError({ message, path, extensions }: GraphQLFormattedError): GraphQLError {
  return new GraphQLError(message, { path, extensions })
}
