import type { GraphQLResolveInfo, SelectionNode, SelectionSetNode } from 'graphql'

/** Whether a field's selection has one of these fields, itself or in a fragment: what one statement can bring along. */
export const asksFor = ({ fieldNodes, fragments }: GraphQLResolveInfo, names: readonly string[]): boolean => {
  const selects = ({ selections }: SelectionSetNode): boolean => selections.some(asks)
  const asks = (selection: SelectionNode): boolean => {
    if (selection.kind === 'Field') return names.includes(selection.name.value)
    if (selection.kind === 'InlineFragment') return selects(selection.selectionSet)
    const fragment = fragments[selection.name.value]
    return fragment !== undefined && selects(fragment.selectionSet)
  }
  return fieldNodes.some(({ selectionSet }) => selectionSet !== undefined && selects(selectionSet))
}
