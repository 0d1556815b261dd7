import type { QueryPlan } from '@apollo/query-planner'
import type { FieldNode, GraphQLObjectType, OperationTypeNode } from 'graphql'
import { assertCovered } from '../plan/coverage.ts'
import { DataKeys } from '../plan/data-keys.ts'
import type { Planner } from '../plan/planner.ts'
import { planningDocument } from '../plan/planning-document.ts'
import type { SpecializedOperation } from '../plan/specialize.ts'
import type { LoadedSupergraph } from '../supergraph/load.ts'
import { type CompiledFetch, compileFetch } from './compile-fetch.ts'
import { type CompiledNode, compilePlan } from './compile-plan.ts'
import { compileIntrospection, type Introspector } from './introspection.ts'
import { SelectionShape } from './selection-shape.ts'
import { placedFetches, sharingFetches } from './sharing.ts'

/** Everything that running an operation needs; made once per operation and combination of conditions. */
export interface CompiledOperation {
  readonly kind: OperationTypeNode
  /** Absent when no service is needed: introspection only, or everything skipped. */
  readonly plan: CompiledNode | undefined
  /** The fetch that a subscription listens to. */
  readonly subscription: CompiledFetch | undefined
  readonly shape: SelectionShape
  readonly dataKeys: DataKeys
  readonly introspect: Introspector | undefined
  readonly queryPlan: QueryPlan
}

/**
 * Plans and compiles an operation.
 * @throws GraphQLError or Error when the operation cannot be planned
 */
export function compileOperation(
  operation: SpecializedOperation,
  supergraph: LoadedSupergraph,
  planner: Planner,
  isDenied: (field: FieldNode) => boolean = () => false,
): CompiledOperation {
  const dataKeys = new DataKeys()
  const document = planningDocument({ operation, schema: supergraph.apiSchema, dataKeys, isDenied })
  const queryPlan: QueryPlan = document === undefined ? { kind: 'QueryPlan' } : planner(document)
  const { node } = queryPlan
  const isSubscription = node?.kind === 'Subscription'
  const planNode = isSubscription ? node.rest : node
  const fetches = placedFetches(planNode)
  if (isSubscription) fetches.unshift({ fetch: node.primary, path: [] })
  if (document !== undefined) assertCovered(document, fetches, supergraph.apiSchema)
  const sharing = sharingFetches(fetches)
  const surroundings = { supergraph, sharing }
  return {
    kind: operation.definition.operation,
    plan: planNode && compilePlan(planNode, surroundings),
    subscription: isSubscription ? compileFetch(node.primary, [], surroundings) : undefined,
    shape: new SelectionShape(
      rootTypeOf(supergraph, operation.definition.operation),
      [operation.definition.selectionSet],
      {
        schema: supergraph.apiSchema,
        fragments: operation.fragments,
        dataKeys,
        isDenied,
      },
    ),
    introspect: compileIntrospection(operation, supergraph.apiSchema),
    dataKeys,
    queryPlan,
  }
}

function rootTypeOf(supergraph: LoadedSupergraph, kind: OperationTypeNode): GraphQLObjectType {
  const type = supergraph.apiSchema.getRootType(kind)
  if (!type) throw new Error(`The supergraph has no ${kind} type`)
  return type
}
