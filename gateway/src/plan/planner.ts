import { operationFromDocument } from '@apollo/federation-internals'
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner'
import type { DocumentNode } from 'graphql'
import type { LoadedSupergraph } from '../supergraph/load.ts'

/** Turns a document without conditions into a query plan. */
export type Planner = (document: DocumentNode) => QueryPlan

/** A planner for one supergraph; building it costs tens of milliseconds, so make it once per supergraph. */
export function createPlanner({ supergraph, planningSchema }: LoadedSupergraph): Planner {
  const planner = new QueryPlanner(supergraph, {
    exposeDocumentNodeInFetchNode: true,
    reuseQueryFragments: false,
  })
  return (document) => planner.buildQueryPlan(operationFromDocument(planningSchema, document, { validate: false }))
}
