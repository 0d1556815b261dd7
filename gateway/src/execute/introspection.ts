import { executeSync, type FieldNode, type GraphQLSchema, Kind, OperationTypeNode } from 'graphql'
import { rootFields, type SpecializedOperation } from '../plan/specialize.ts'
import type { JsonObject } from './json.ts'

/** Answers an operation's `__schema` and `__type` fields; undefined when it has none. */
export type Introspector = (variables: Readonly<JsonObject>) => JsonObject

/** Compiles the introspection part of an operation against the client-facing schema. */
export function compileIntrospection(operation: SpecializedOperation, schema: GraphQLSchema): Introspector | undefined {
  const selections: FieldNode[] = rootFields(operation).filter(
    ({ name }) => name.value === '__schema' || name.value === '__type',
  )
  if (selections.length === 0) return undefined
  const { variableDefinitions } = operation.definition
  const document = {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        kind: Kind.OPERATION_DEFINITION,
        operation: OperationTypeNode.QUERY,
        selectionSet: { kind: Kind.SELECTION_SET, selections },
        ...(variableDefinitions === undefined ? {} : { variableDefinitions }),
      } as const,
      ...operation.fragments.values(),
    ],
  } as const
  const answer: Introspector = (variableValues) =>
    (executeSync({ schema, document, variableValues }).data ?? {}) as JsonObject
  if ((variableDefinitions ?? []).length > 0) return answer
  let cached: JsonObject | undefined
  return () => {
    cached ??= answer({})
    return cached
  }
}
