import type { FetchNode, PlanNode } from '@apollo/query-planner'
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

/** The prefix of what the first layer's mutation brings for a later one (see {@link joinMutationLayers}). */
export const layerPrefix = (layer: number): string => `_l${layer}_`

interface Addition {
  readonly service: string
  readonly field: FieldNode
  readonly document: DocumentNode
  readonly layer: number
}

/**
 * Lets the layers of a mutation (plan/requirement-layers.ts) share one execution of it. What the first fetch of a later layer
 * selects below a root field is added to the first layer's fetch of that field under a prefix; the later plan keeps its
 * other fetches and begins with the tree that the prefixed fields make.
 * @throws GraphQLError when the layers would ask different services for one root field
 */
export function joinMutationLayers(plans: readonly (PlanNode | undefined)[]): (PlanNode | undefined)[] {
  const [first, ...others] = plans
  if (first === undefined || others.length === 0) return [...plans]
  const additions = others.flatMap((plan, i) => rootFetches(plan).flatMap((fetch) => additionsOf(fetch, i + 1)))
  const used = new Set<Addition>()
  const joined = replaceFetches(first, (fetch) => {
    const own = additions.filter((each) => each.service === fetch.serviceName && hasField(fetch, each.field))
    for (const addition of own) used.add(addition)
    return own.length === 0 ? fetch : withAdditions(fetch, own)
  })
  if (
    used.size < additions.length ||
    others.some((plan) => rootFetches(plan).some(({ outputRewrites }) => outputRewrites?.length))
  ) {
    throw new GraphQLError(
      'The fields of this mutation require contradictory arguments; ask for some of them in a query.',
    )
  }
  return [joined, ...others.map((plan) => plan && replaceFetches(plan, () => EMPTY))]
}

const EMPTY: PlanNode = { kind: 'Sequence', nodes: [] }

function rootFetches(node: PlanNode | undefined): FetchNode[] {
  if (node?.kind === 'Sequence' || node?.kind === 'Parallel') return node.nodes.flatMap(rootFetches)
  return node?.kind === 'Fetch' && node.requires === undefined ? [node] : []
}

/** The plan with its root fetches replaced; entity fetches stay the same objects. */
function replaceFetches(node: PlanNode, replace: (fetch: FetchNode) => PlanNode): PlanNode {
  if (node.kind === 'Sequence' || node.kind === 'Parallel') {
    return { ...node, nodes: node.nodes.map((child) => replaceFetches(child, replace)) }
  }
  return node.kind === 'Fetch' && node.requires === undefined ? replace(node) : node
}

function operationOf({ operationDocumentNode }: FetchNode): OperationDefinitionNode {
  const operation = operationDocumentNode?.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION)
  if (operation === undefined) throw new Error('A fetch has one operation')
  return operation
}

const keyOf = ({ alias, name }: FieldNode) => alias?.value ?? name.value

function fieldsOf(fetch: FetchNode): FieldNode[] {
  return operationOf(fetch).selectionSet.selections.filter((selection) => selection.kind === Kind.FIELD)
}

const hasField = (fetch: FetchNode, field: FieldNode) => fieldsOf(fetch).some((own) => keyOf(own) === keyOf(field))

function additionsOf(fetch: FetchNode, layer: number): Addition[] {
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operationOf(fetch)] }
  return fieldsOf(fetch).map((field) => ({ service: fetch.serviceName, field, document, layer }))
}

function withAdditions(fetch: FetchNode, additions: readonly Addition[]): FetchNode {
  const own = operationOf(fetch)
  const selections = own.selectionSet.selections.map((selection): SelectionNode => {
    if (selection.kind !== Kind.FIELD) return selection
    const added = additions.filter(({ field }) => keyOf(field) === keyOf(selection))
    const below = added.flatMap(({ field, layer }) => prefixed(field.selectionSet, layerPrefix(layer)))
    if (below.length === 0) return selection
    const all = [...(selection.selectionSet?.selections ?? []), ...below]
    return { ...selection, selectionSet: { kind: Kind.SELECTION_SET, selections: all } }
  })
  const variables = new Map(
    [own, ...additions.map(({ document }) => document.definitions[0] as OperationDefinitionNode)].flatMap((operation) =>
      (operation.variableDefinitions ?? []).map((definition) => [definition.variable.name.value, definition] as const),
    ),
  )
  const operation: OperationDefinitionNode = {
    ...own,
    variableDefinitions: [...variables.values()],
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  }
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation] }
  return {
    ...fetch,
    operation: print(document),
    operationDocumentNode: document,
    variableUsages: [...variables.keys()],
  }
}

/** The selections with every field of the first level under a prefixed key; what is below a field is its own. */
function prefixed(set: SelectionSetNode | undefined, prefix: string): SelectionNode[] {
  return (set?.selections ?? []).map((selection): SelectionNode => {
    if (selection.kind === Kind.FIELD) {
      return { ...selection, alias: { kind: Kind.NAME, value: `${prefix}${keyOf(selection)}` } }
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD) return selection
    const selections = prefixed(selection.selectionSet, prefix)
    return { ...selection, selectionSet: { kind: Kind.SELECTION_SET, selections } }
  })
}
