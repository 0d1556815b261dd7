import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { DataKeys } from './data-keys.ts'
import { reachableFragments, rootFields, type SpecializedOperation } from './specialize.ts'

/** What a planning document is made from. */
export interface PlanningSource {
  readonly operation: SpecializedOperation
  readonly schema: GraphQLSchema
  readonly dataKeys: DataKeys
  /** True for fields that this caller may not see: they reach no service. */
  isDenied(field: FieldNode): boolean
}

/**
 * The document for the planner. Introspection and the root's `__typename` are ours to answer; denied fields are cut; a
 * selection set that this leaves empty asks for `__typename`, which shaping leaves out again; fields travel under
 * {@link DataKeys}. Undefined when no service is needed.
 */
export function planningDocument({ operation, schema, dataKeys, isDenied }: PlanningSource): DocumentNode | undefined {
  const fields = rootFields(operation).filter((field) => !field.name.value.startsWith('__') && !isDenied(field))
  if (fields.length === 0) return undefined
  const typeInfo = new TypeInfo(schema)
  const rewrite = <T extends OperationDefinitionNode | FragmentDefinitionNode>(node: T): T =>
    visit(
      node,
      visitWithTypeInfo(typeInfo, {
        Field(field) {
          if (isDenied(field)) return null
          const key = dataKeys.keyOf(field, (typeInfo.getFieldDef()?.args.length ?? 0) > 0)
          return withAlias(field, field.name.value === '__typename' ? '__typename' : key)
        },
        SelectionSet: { leave: fillEmpty },
      }),
    ) as T
  const selectionSet = { kind: Kind.SELECTION_SET, selections: fields } as const
  const used = reachableFragments(selectionSet, operation.fragments)
  return {
    kind: Kind.DOCUMENT,
    definitions: [rewrite({ ...operation.definition, selectionSet }), ...[...used].map(rewrite)],
  }
}

function withAlias(field: FieldNode, key: string): FieldNode {
  const { alias: _previous, ...plain } = field
  return key === field.name.value ? plain : { ...plain, alias: { kind: Kind.NAME, value: key } }
}

function fillEmpty<T extends { readonly selections: readonly unknown[] }>(set: T) {
  if (set.selections.length > 0) return undefined
  const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }
  return { ...set, selections: [typename] }
}
