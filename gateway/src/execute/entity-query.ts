import type { FetchNode } from '@apollo/query-planner'
import { Kind, type OperationDefinitionNode, print, stripIgnoredCharacters } from 'graphql'

/** The parts of an `_entities` query from which merged queries are made. */
export interface EntityQuery {
  /** `{...on Product{name}}` */
  readonly selection: string
  /** Definitions of the client's variables: `$first:Int`. */
  readonly variableDefinitions: readonly string[]
}

/** Takes an entity fetch apart; undefined when its query has a form that cannot be merged with others. */
export function entityQueryOf(node: FetchNode): EntityQuery | undefined {
  const definitions = node.operationDocumentNode?.definitions ?? []
  const [operation] = definitions
  if (definitions.length !== 1 || operation?.kind !== Kind.OPERATION_DEFINITION) return undefined
  if ((operation.directives?.length ?? 0) > 0) return undefined
  const [root] = operation.selectionSet.selections
  if (root?.kind !== Kind.FIELD || root.selectionSet === undefined) return undefined
  return {
    selection: stripIgnoredCharacters(print(root.selectionSet)),
    variableDefinitions: clientVariables(operation).map((definition) => stripIgnoredCharacters(print(definition))),
  }
}

function clientVariables(operation: OperationDefinitionNode) {
  return (operation.variableDefinitions ?? []).filter(({ variable }) => variable.name.value !== 'representations')
}

/** The response key of the n-th part of a merged query. */
export function aliasOf(index: number): string {
  return `_e${index}`
}

/** The variable of the n-th part's representations. */
export function representationsVariable(index: number): string {
  return `_representations${index}`
}

/** One query for several entity fetches of one service. */
export function mergeEntityQueries(queries: readonly EntityQuery[], operationName: string | undefined): string {
  const variables = new Set(queries.flatMap((query) => query.variableDefinitions))
  const representations = queries.map((_, i) => `$${representationsVariable(i)}:[_Any!]!`)
  const fields = queries.map(
    ({ selection }, i) => `${aliasOf(i)}:_entities(representations:$${representationsVariable(i)})${selection}`,
  )
  return `query${operationName === undefined ? '' : ` ${operationName}`}(${[...representations, ...variables].join(' ')}){${fields.join(' ')}}`
}
