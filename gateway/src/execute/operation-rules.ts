import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  SingleFieldSubscriptionsRule,
  specifiedRules,
  validate,
} from 'graphql'

/**
 * The rules that an operation must pass before it reaches the engine: graphql-js's own without
 * `SingleFieldSubscriptionsRule`, which throws on a `@skip` or `@include` with a variable at the root of a subscription
 * (it collects fields without variable values). The engine checks that rule itself once conditions are decided.
 */
export const operationRules = specifiedRules.filter((rule) => rule !== SingleFieldSubscriptionsRule)

/** Validates a document against a client-facing schema by {@link operationRules}. */
export function validateOperation(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  return validate(schema, document, operationRules)
}
