import type { PlanNode } from '@apollo/query-planner'
import { type CompiledFetch, compileFetch, type FetchSurroundings } from './compile-fetch.ts'

/** A plan ready to run: paths parsed, projections and rewrites compiled. */
export type CompiledNode =
  | { readonly kind: 'sequence'; readonly nodes: readonly CompiledNode[] }
  | { readonly kind: 'parallel'; readonly nodes: readonly CompiledNode[] }
  | { readonly kind: 'fetch'; readonly fetch: CompiledFetch }

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
