import { operationFromDocument } from '@apollo/federation-internals'
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner'
import type { DocumentNode } from 'graphql'
import type { LoadedSupergraph } from '../supergraph/load.ts'

/**
 * Turns a document without conditions into a query plan, with a `Defer` node for each `@defer` unless they are ignored (for
 * which fragments must have been inlined). Progressive overrides that are not named do not hold.
 */
export type Planner = (
  document: DocumentNode,
  ignoreDefer: boolean,
  overrideConditions?: ReadonlyMap<string, boolean>,
) => QueryPlan

/** A planner for one supergraph; building it costs tens of milliseconds, so make it once per supergraph. */
export function createPlanner({ supergraph, planningSchema }: LoadedSupergraph): Planner {
  const planner = new QueryPlanner(supergraph, {
    exposeDocumentNodeInFetchNode: true,
    reuseQueryFragments: false,
    incrementalDelivery: { enableDefer: true },
  })
  return (document, ignoreDefer, overrideConditions = new Map()) => {
    const operation = operationFromDocument(planningSchema, document, { validate: false })
    const planned = ignoreDefer ? operation.withoutDefer() : operation
    return planner.buildQueryPlan(planned, { overrideConditions: new Map(overrideConditions) })
  }
}
