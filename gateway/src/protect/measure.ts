import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

/** How big a selection is, fragments expanded. */
export interface Measure {
  readonly depth: number
  readonly aliases: number
  readonly directives: number
  /** Fields of the outermost level. */
  readonly rootFields: number
}

const NOTHING: Measure = { depth: 0, aliases: 0, directives: 0, rootFields: 0 }

/**
 * Measures one operation. Each fragment is measured once, so that fragments which double each other cost linear time
 * though they count exponentially; a cycle (refused by another rule) counts as nothing.
 */
export const measureOperation = (document: DocumentNode, operation: OperationDefinitionNode): Measure => {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const measured = new Map<string, Measure>()

  const ofFragment = (name: string): Measure => {
    const known = measured.get(name)
    if (known) return known
    measured.set(name, NOTHING)
    const definition = fragments.get(name)
    const measure = definition ? ofSelections(definition.selectionSet) : NOTHING
    measured.set(name, measure)
    return measure
  }

  const ofSelections = (set: SelectionSetNode): Measure => {
    let { depth, aliases, directives, rootFields } = NOTHING
    for (const selection of set.selections) {
      directives += selection.directives?.length ?? 0
      if (selection.kind === Kind.FIELD) {
        rootFields += 1
        if (selection.alias) aliases += 1
        if (selection.name.value.startsWith('__')) continue
        const below = selection.selectionSet ? ofSelections(selection.selectionSet) : NOTHING
        depth = Math.max(depth, 1 + below.depth)
        aliases += below.aliases
        directives += below.directives
      } else {
        const inner =
          selection.kind === Kind.INLINE_FRAGMENT
            ? ofSelections(selection.selectionSet)
            : ofFragment(selection.name.value)
        depth = Math.max(depth, inner.depth)
        aliases += inner.aliases
        directives += inner.directives
        rootFields += inner.rootFields
      }
    }
    return { depth, aliases, directives, rootFields }
  }

  const inside = ofSelections(operation.selectionSet)
  return { ...inside, directives: inside.directives + (operation.directives?.length ?? 0) }
}
