import type { FetchNode } from '@apollo/query-planner'
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql'

/** Response keys that a plan's fetches bring, as a tree. Type conditions and lists do not matter here. */
interface Delivered extends Map<string, Delivered> {}

/** A fetch and the path at which its answer is merged. */
interface Placed {
  readonly fetch: FetchNode
  readonly path: readonly (string | number)[]
}

/**
 * Makes sure that a plan brings every field that the document asks for. The planner drops what it finds no way to, for
 * example an interface that no object type can implement, and its plan then answers null without an error.
 * Fields under a narrowing fragment are not checked: where its type cannot occur, leaving them out is right.
 * So it is for an interface or union of which the service that answers has no member.
 * @throws Error naming the first field that nothing brings
 */
export function assertCovered(document: DocumentNode, fetches: readonly Placed[], schema: GraphQLSchema): void {
  const delivered: Delivered = new Map()
  for (const { fetch, path } of fetches) deliver(fetch, path, delivered)
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const check = (set: SelectionSetNode, type: GraphQLCompositeType, tree: Delivered, path: string): void => {
    if (isAbstractType(type) && [...tree.keys()].every((key) => key === '__typename')) return
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value
        if (key === '__typename') continue
        const below = tree.get(key)
        if (below === undefined) throw new Error(`No service can answer ${path}${selection.name.value}`)
        const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value] : undefined
        const named = field && getNamedType(field.type)
        if (selection.selectionSet !== undefined && isCompositeType(named)) {
          check(selection.selectionSet, named, below, `${path}${selection.name.value}.`)
        }
      } else {
        const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
        const condition = inner?.typeCondition?.name.value ?? type.name
        if (inner !== undefined && condition === type.name) check(inner.selectionSet, type, tree, path)
      }
    }
  }
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    const root = schema.getRootType(definition.operation)
    if (root) check(definition.selectionSet, root, delivered, '')
  }
}

function deliver(fetch: FetchNode, path: readonly (string | number)[], delivered: Delivered): void {
  const renamed = new Map(
    (fetch.outputRewrites ?? []).flatMap((rewrite) =>
      rewrite.kind === 'KeyRenamer' ? [[rewrite.path.at(-1) ?? '', rewrite.renameKeyTo] as const] : [],
    ),
  )
  const collect = (set: SelectionSetNode, tree: Delivered): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet, tree)
      if (selection.kind !== Kind.FIELD) continue
      const key = selection.alias?.value ?? selection.name.value
      const isEntities = fetch.requires !== undefined && key === '_entities'
      const below = isEntities ? tree : childOf(tree, renamed.get(key) ?? key)
      if (selection.selectionSet !== undefined) collect(selection.selectionSet, below)
    }
  }
  let target = delivered
  for (const step of path) {
    const key = String(step).split('|[')[0] ?? ''
    if (key !== '@' && key !== '') target = childOf(target, key)
  }
  for (const definition of fetch.operationDocumentNode?.definitions ?? []) {
    if (definition.kind === Kind.OPERATION_DEFINITION) collect(definition.selectionSet, target)
  }
}

function childOf(tree: Delivered, key: string): Delivered {
  let child = tree.get(key)
  if (child === undefined) {
    child = new Map()
    tree.set(key, child)
  }
  return child
}
