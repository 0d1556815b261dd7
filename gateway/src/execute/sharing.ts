import type { FetchNode, PlanNode } from '@apollo/query-planner'
import { Kind, type SelectionSetNode } from 'graphql'

interface PlacedFetch {
  readonly fetch: FetchNode
  readonly path: readonly (string | number)[]
}

/** Every fetch of a plan with the path at which its answer is merged. */
export function placedFetches(node: PlanNode | undefined, path: readonly (string | number)[] = []): PlacedFetch[] {
  switch (node?.kind) {
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap((child) => placedFetches(child, path))
    case 'Flatten':
      return placedFetches(node.node, [...path, ...node.path])
    case 'Defer':
      return [node.primary, ...node.deferred].flatMap((part) => placedFetches(part.node, path))
    case 'Fetch':
      return [{ fetch: node, path }]
    default:
      return []
  }
}

/**
 * The entity fetches whose answers may stand at several positions of the tree as one object. Safe when nothing else is
 * ever merged into the objects that the fetch brings (deeper fetches are: they see the same entity), and when no field
 * depends on its position (`@fromContext`). All other answers are copied per position.
 */
export function sharingFetches(fetches: readonly PlacedFetch[]): ReadonlySet<FetchNode> {
  if (fetches.some(({ fetch }) => (fetch.contextRewrites?.length ?? 0) > 0)) return new Set()
  const writers = new Map<string, number>()
  const written = fetches.map(({ fetch, path }) => compositePaths(fetch, path))
  for (const paths of written) for (const path of paths) writers.set(path, (writers.get(path) ?? 0) + 1)
  const sharing = fetches.filter((_, i) => [...(written[i] ?? [])].every((path) => writers.get(path) === 1))
  return new Set(sharing.map(({ fetch }) => fetch))
}

/** The response paths of all fields of a fetch that bring objects. */
function compositePaths(fetch: FetchNode, path: readonly (string | number)[]): Set<string> {
  const paths = new Set<string>()
  const prefix = path.filter((step) => step !== '@').map((step) => String(step).split('|[')[0])
  const collect = (set: SelectionSetNode, parent: string): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet, parent)
      if (selection.kind !== Kind.FIELD || selection.selectionSet === undefined) continue
      const key = selection.alias?.value ?? selection.name.value
      const own = fetch.requires !== undefined && key === '_entities' ? parent : `${parent}.${key}`
      if (own !== parent) paths.add(own)
      collect(selection.selectionSet, own)
    }
  }
  for (const definition of fetch.operationDocumentNode?.definitions ?? []) {
    if (definition.kind === Kind.OPERATION_DEFINITION) collect(definition.selectionSet, prefix.join('.'))
  }
  return paths
}
