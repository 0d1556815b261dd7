import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql'

/** One operation of a document with the fragments it may use. */
export interface PreparedOperation {
  readonly definition: OperationDefinitionNode
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  /** Variables that steer `@skip`, `@include` and `@defer`; plans are made per combination of their values. */
  readonly conditionVariables: readonly string[]
  /** Whether the document has a `@defer`: it then has other plans for clients that accept the answer in parts. */
  readonly hasDefer: boolean
}

/**
 * Picks the operation to run.
 * @throws GraphQLError when the name is missing or unknown (GraphQL specification, 6.1 GetOperation)
 */
export function prepareOperation(document: DocumentNode, operationName: string | null | undefined): PreparedOperation {
  const fragments = new Map<string, FragmentDefinitionNode>()
  const operations: OperationDefinitionNode[] = []
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
    else if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition)
  }
  const definition = pickOperation(operations, operationName)
  refuseReservedVariables(definition)
  return {
    definition,
    fragments,
    ...collectConditions(document),
  }
}

function pickOperation(operations: OperationDefinitionNode[], name: string | null | undefined) {
  if (name === null || name === undefined || name === '') {
    if (operations.length > 1) {
      throw new GraphQLError('Must provide operation name if query contains multiple operations.')
    }
    if (operations[0] === undefined) throw new GraphQLError('Must provide an operation.')
    return operations[0]
  }
  const operation = operations.find((candidate) => candidate.name?.value === name)
  if (operation === undefined) throw new GraphQLError(`Unknown operation named "${name}".`)
  return operation
}

/** Queries for entities have variables of their own, next to the client's. */
function refuseReservedVariables({ variableDefinitions = [] }: OperationDefinitionNode): void {
  for (const { variable } of variableDefinitions) {
    if (!/^_?representations\d*$|^contextualArgument_/.test(variable.name.value)) continue
    throw new GraphQLError(`The variable name $${variable.name.value} is reserved by the gateway.`, { nodes: variable })
  }
}

const CONDITIONS = new Set(['skip', 'include', 'defer'])

function collectConditions(document: DocumentNode) {
  const names = new Set<string>()
  let hasDefer = false
  visit(document, {
    Directive(directive) {
      if (!CONDITIONS.has(directive.name.value)) return
      hasDefer ||= directive.name.value === 'defer'
      const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value)
    },
  })
  return { conditionVariables: [...names], hasDefer }
}
