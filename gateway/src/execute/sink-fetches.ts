import type { CompiledNode } from './compile-plan.ts'

/**
 * Moves entity fetches that nothing waits for to where a later fetch asks the same service, so that both travel in one
 * request. The answer as a whole is not later for it: it waits for the later fetch anyway.
 */
export function sinkFetches(node: CompiledNode): CompiledNode {
  if (node.kind === 'fetch') return node
  const nodes = node.nodes.map(sinkFetches)
  if (node.kind === 'sequence') return { kind: 'sequence', nodes }
  for (const fetch of nodes.filter(isEntityFetch)) {
    for (const [i, sibling] of nodes.entries()) {
      const joined = sibling.kind === 'sequence' ? join(sibling, fetch) : undefined
      if (joined === undefined) continue
      nodes[i] = joined
      nodes.splice(nodes.indexOf(fetch), 1)
      break
    }
  }
  const [only] = nodes
  return nodes.length === 1 && only !== undefined ? only : { kind: 'parallel', nodes }
}

type FetchLeaf = Extract<CompiledNode, { kind: 'fetch' }>

function isEntityFetch(node: CompiledNode): node is FetchLeaf {
  return node.kind === 'fetch' && node.fetch.entities !== undefined
}

/** The node with the fetch beside one of the same service in its last step; undefined when there is none. */
function join(node: CompiledNode, leaf: FetchLeaf): CompiledNode | undefined {
  if (node.kind === 'fetch') {
    return isEntityFetch(node) && node.fetch.service === leaf.fetch.service
      ? { kind: 'parallel', nodes: [node, leaf] }
      : undefined
  }
  if (node.kind === 'sequence') {
    const last = node.nodes.at(-1)
    const joined = last && join(last, leaf)
    return joined && { kind: 'sequence', nodes: [...node.nodes.slice(0, -1), joined] }
  }
  // The latest possible place first: a sequence beside a fetch of the same service goes on longer than that fetch.
  const candidates = [...node.nodes].sort((a, b) => Number(b.kind === 'sequence') - Number(a.kind === 'sequence'))
  for (const child of candidates) {
    const joined = join(child, leaf)
    if (joined !== undefined) {
      return { kind: 'parallel', nodes: node.nodes.map((each) => (each === child ? joined : each)) }
    }
  }
  return undefined
}
