import { GraphQLError, type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql'
import type { JsonObject } from './json.ts'

const NONE: Readonly<JsonObject> = Object.freeze({})

/**
 * Coerces the client's variables (GraphQL specification, 6.1.2).
 * @throws GraphQLError with code `BAD_USER_INPUT` for the first variable that does not fit
 */
export function coerceVariables(
  schema: GraphQLSchema,
  definition: OperationDefinitionNode,
  variables: Readonly<JsonObject> | null | undefined,
): Readonly<JsonObject> {
  const definitions = definition.variableDefinitions ?? []
  if (definitions.length === 0) return NONE
  const { coerced, errors } = getVariableValues(schema, definitions, variables ?? {}, { maxErrors: 1 })
  if (coerced !== undefined) return coerced
  const [error] = errors
  throw new GraphQLError(error?.message ?? 'Invalid variables', {
    ...(error?.nodes === undefined ? {} : { nodes: error.nodes }),
    extensions: { code: 'BAD_USER_INPUT' },
  })
}
