import type { PlanNode } from '@apollo/query-planner'
import type { LoadedSupergraph } from '../supergraph/load.ts'
import { type CompiledFetch, compileFetch } from './compile-fetch.ts'

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
  supergraph: LoadedSupergraph,
  path: readonly (string | number)[] = [],
): CompiledNode {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return {
        kind: node.kind === 'Sequence' ? 'sequence' : 'parallel',
        nodes: node.nodes.map((child) => compilePlan(child, supergraph, path)),
      }
    case 'Flatten':
      return compilePlan(node.node, supergraph, [...path, ...node.path])
    case 'Fetch':
      return { kind: 'fetch', fetch: compileFetch(node, supergraph, path) }
    case 'Condition':
    case 'Defer':
      throw new Error(`Unexpected ${node.kind} node in a query plan`)
  }
}

/** All fetches of a plan, in plan order. */
export function fetchesOf(node: CompiledNode): CompiledFetch[] {
  return node.kind === 'fetch' ? [node.fetch] : node.nodes.flatMap(fetchesOf)
}
