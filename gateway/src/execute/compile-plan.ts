import type { PlanNode } from '@apollo/query-planner'
import { type CompiledFetch, compileFetch, type FetchSurroundings } from './compile-fetch.ts'

/** A plan ready to run: paths parsed, projections and rewrites compiled. */
export type CompiledNode =
  | { readonly kind: 'sequence'; readonly nodes: readonly CompiledNode[] }
  | { readonly kind: 'parallel'; readonly nodes: readonly CompiledNode[] }
  | { readonly kind: 'fetch'; readonly fetch: CompiledFetch }

/** The plans of deferred parts by label, and the plan of what is not deferred. */
export interface DividedPlan {
  readonly primary: PlanNode | undefined
  readonly deferred: ReadonlyMap<string, PlanNode>
}

/** Takes apart a plan with `Defer` nodes, nested ones too; which part waits for which is known from the selections. */
export function dividePlan(node: PlanNode | undefined): DividedPlan {
  const deferred = new Map<string, PlanNode>()
  const divide = (part: PlanNode | undefined): PlanNode | undefined => {
    if (part?.kind !== 'Defer') return part
    for (const { label = '', node: later } of part.deferred) {
      const primary = divide(later)
      if (primary !== undefined) deferred.set(label, primary)
    }
    return part.primary.node
  }
  return { primary: divide(node), deferred }
}

/**
 * Compiles a plan. Conditions were decided before planning (plan/specialize.ts), so a plan with one is a defect.
 * @throws Error for plan nodes that cannot come from our planner
 */
export function compilePlan(
  node: PlanNode,
  surroundings: FetchSurroundings,
  path: readonly (string | number)[] = [],
): CompiledNode {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return {
        kind: node.kind === 'Sequence' ? 'sequence' : 'parallel',
        nodes: node.nodes.map((child) => compilePlan(child, surroundings, path)),
      }
    case 'Flatten':
      return compilePlan(node.node, surroundings, [...path, ...node.path])
    case 'Fetch':
      return { kind: 'fetch', fetch: compileFetch(node, path, surroundings) }
    case 'Condition':
    case 'Defer':
      throw new Error(`Unexpected ${node.kind} node in a query plan`)
  }
}
