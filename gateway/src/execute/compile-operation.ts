import type { PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner'
import { type DocumentNode, type FieldNode, GraphQLError, type GraphQLObjectType, OperationTypeNode } from 'graphql'
import { assertCovered } from '../plan/coverage.ts'
import { DataKeys } from '../plan/data-keys.ts'
import { defersByUnknownType, spellOutFragments } from '../plan/interface-objects.ts'
import { joinMutationLayers } from '../plan/mutation-layers.ts'
import type { Planner } from '../plan/planner.ts'
import { planningDocument } from '../plan/planning-document.ts'
import { splitByRequirements } from '../plan/requirement-layers.ts'
import { rootFields, type SpecializedOperation } from '../plan/specialize.ts'
import type { LoadedSupergraph } from '../supergraph/load.ts'
import { type CompiledFetch, compileFetch } from './compile-fetch.ts'
import { type CompiledNode, compilePlan, dividePlan } from './compile-plan.ts'
import { askedKeys } from './fetched-keys.ts'
import { compileIntrospection, type Introspector } from './introspection.ts'
import { SelectionShape } from './selection-shape.ts'
import { placedFetches, sharingFetches } from './sharing.ts'
import { sinkFetches } from './sink-fetches.ts'

/** Everything that running an operation needs; made once per operation and combination of conditions. */
export interface CompiledOperation {
  readonly kind: OperationTypeNode
  /**
   * Run side by side, each into its own tree. None when no service is needed (introspection only, or everything skipped);
   * several only where one tree could not hold what `@requires` asks for (plan/requirement-layers.ts).
   */
  readonly plans: readonly CompiledNode[]
  /** The plans of deferred parts by label; a part that needs no fetch has none. Absent when nothing is deferred. */
  readonly deferred: ReadonlyMap<string, CompiledNode> | undefined
  /** The fetch that a subscription listens to. */
  readonly subscription: CompiledFetch | undefined
  readonly shape: SelectionShape
  readonly dataKeys: DataKeys
  readonly introspect: Introspector | undefined
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
  if (operation.definition.operation === OperationTypeNode.SUBSCRIPTION) assertSingleField(operation)
  const dataKeys = new DataKeys()
  const { apiSchema, composedDirectives } = supergraph
  const asked = planningDocument({ operation, schema: apiSchema, dataKeys, composedDirectives, isDenied })
  const document = asked && spellOutFragments(asked, apiSchema, supergraph.interfaceObjects)
  const layers =
    document === undefined ? [] : splitByRequirements(document, supergraph.apiSchema, supergraph.requirements)
  const root = rootTypeOf(supergraph, operation.definition.operation)
  const { queryPlans, defers } = planDeferring(layers, operation.defers, planner, () =>
    defersByUnknownType(operation.definition.selectionSet, root, supergraph),
  )
  const plans = document === undefined ? [] : compileLayers(document, queryPlans, supergraph)
  const [first] = plans
  return {
    kind: operation.definition.operation,
    plans: plans.flatMap(({ plan }) => plan ?? []),
    deferred: defers && (first?.deferred ?? new Map()),
    subscription: first?.subscription,
    shape: new SelectionShape(root, [operation.definition.selectionSet], {
      schema: supergraph.apiSchema,
      fragments: operation.fragments,
      dataKeys,
      hidden: supergraph.hidden,
      ...(defers === undefined ? {} : { defers }),
      isDenied,
    }),
    introspect: compileIntrospection(operation, supergraph.apiSchema),
    dataKeys,
  }
}

/** The plans, and what of them is deferred: nothing where that could not be right. */
function planDeferring(
  layers: readonly DocumentNode[],
  defers: SpecializedOperation['defers'],
  planner: Planner,
  dependsOnUnknownTypes: () => boolean,
) {
  const plan = (ignoreDefer: boolean) => layers.map((layer) => planner(layer, ignoreDefer))
  // Several plans share no tree until they are done, so nothing of them can come earlier.
  const isDeferrable = defers === undefined || (layers.length === 1 && !dependsOnUnknownTypes())
  const queryPlans = plan(!isDeferrable)
  if (!isDeferrable) return { queryPlans, defers: undefined }
  // The planner lets a deferred field go out before the value that it takes from above (`@fromContext`).
  const takesContext = queryPlans.flatMap(placedOf).some(({ fetch }) => (fetch.contextRewrites?.length ?? 0) > 0)
  return defers !== undefined && takesContext ? { queryPlans: plan(true), defers: undefined } : { queryPlans, defers }
}

function placedOf({ node }: QueryPlan) {
  if (node?.kind !== 'Subscription') return placedFetches(node)
  return [{ fetch: node.primary, path: [] }, ...placedFetches(node.rest)]
}

function compileLayers(document: DocumentNode, queryPlans: readonly QueryPlan[], supergraph: LoadedSupergraph) {
  const placed = queryPlans.map(placedOf)
  assertCovered(document, placed.flat(), supergraph.apiSchema)
  const asked = askedKeys(document)
  return withOneMutation(queryPlans).map((node, i) => {
    const surroundings = { supergraph, asked, sharing: sharingFetches(placed[i] ?? []) }
    const isSubscription = node?.kind === 'Subscription'
    const { primary, deferred } = dividePlan(isSubscription ? node.rest : node)
    const compile = (part: PlanNode) => sinkFetches(compilePlan(part, surroundings))
    return {
      plan: primary && compile(primary),
      deferred: new Map([...deferred].map(([label, part]) => [label, compile(part)])),
      subscription: isSubscription ? compileFetch(node.primary, [], surroundings) : undefined,
    }
  })
}

/** The plans' nodes; those of a mutation share one execution of it. */
function withOneMutation(queryPlans: readonly QueryPlan[]): (PlanNode | SubscriptionNode | undefined)[] {
  const nodes = queryPlans.map(({ node }) => node)
  if (nodes.length === 1) return nodes
  const plans = nodes.flatMap((node) => (node?.kind === 'Subscription' ? [] : [node]))
  const isMutation = placedFetches(plans[0]).some(({ fetch }) => fetch.operationKind === 'mutation')
  return isMutation ? joinMutationLayers(plans) : nodes
}

/** GraphQL specification, 5.2.3.1 Single Root Field; here and not in validation, because conditions are decided by now. */
function assertSingleField(operation: SpecializedOperation): void {
  const keys = new Set(rootFields(operation).map(({ alias, name }) => alias?.value ?? name.value))
  if (keys.size > 1) throw new GraphQLError('A subscription must select only one top level field.')
}

function rootTypeOf(supergraph: LoadedSupergraph, kind: OperationTypeNode): GraphQLObjectType {
  const type = supergraph.apiSchema.getRootType(kind)
  if (!type) throw new Error(`The supergraph has no ${kind} type`)
  return type
}
