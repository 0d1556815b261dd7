import { type DefinitionNode, type DocumentNode, Kind, parse, print, visit } from 'graphql'

/**
 * Leaves out of a failing query what it fails without: one selection after the other, as long as `fails` says so.
 * Shrinking by fast-check would invent other graphs; this keeps the graph and gives a query that one can read.
 */
export async function smallerQuery(query: string, fails: (query: string) => Promise<boolean>): Promise<string> {
  let smallest = query
  for (let i = 0; ; i++) {
    const candidate = without(parse(smallest), i)
    if (candidate === undefined) return smallest
    if (candidate === '' || !(await fails(candidate))) continue
    smallest = candidate
    i = -1
  }
}

/** The query without its i-th selection, directive or argument; '' where nothing would be left, undefined when there is none. */
function without(document: DocumentNode, index: number): string | undefined {
  let i = 0
  let isEmpty = false
  const cut = visit(document, {
    enter: ({ kind }) => (REMOVABLE.has(kind) && i++ === index ? null : undefined),
    leave(node) {
      if (node.kind === Kind.SELECTION_SET && node.selections.length === 0) isEmpty = true
    },
  })
  if (i <= index) return undefined
  return isEmpty ? '' : print({ ...cut, definitions: withoutUnused(cut.definitions) })
}

const REMOVABLE = new Set<string>([
  Kind.FIELD,
  Kind.INLINE_FRAGMENT,
  Kind.FRAGMENT_SPREAD,
  Kind.DIRECTIVE,
  Kind.ARGUMENT,
])

function withoutUnused(definitions: readonly DefinitionNode[]): DefinitionNode[] {
  const bodies = definitions.map((each) => ('selectionSet' in each ? print(each.selectionSet) : '')).join('\n')
  const uses = (name: string) => new RegExp(`${name.replace(/[.$]/g, '\\$&')}\\b`).test(bodies)
  return definitions.flatMap((definition): DefinitionNode[] => {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) return uses(`...${definition.name.value}`) ? [definition] : []
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [definition]
    const variables = definition.variableDefinitions?.filter(({ variable }) => uses(`$${variable.name.value}`)) ?? []
    return [{ ...definition, variableDefinitions: variables }]
  })
}
