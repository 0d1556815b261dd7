import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type InlineFragmentNode,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { DataKeys } from './data-keys.ts'
import { deferLabel, isDefer } from './defers.ts'
import { reachableFragments, rootFields, type SpecializedOperation } from './specialize.ts'

/** What a planning document is made from. */
export interface PlanningSource {
  readonly operation: SpecializedOperation
  readonly schema: GraphQLSchema
  readonly dataKeys: DataKeys
  /** Directives that the planner does not know. They travel no further: a service may demand other arguments of them. */
  readonly composedDirectives?: ReadonlySet<string>
  /** True for fields that this caller may not see: they reach no service. */
  isDenied(field: FieldNode): boolean
}

/**
 * The document for the planner. Introspection and the root's `__typename` are ours to answer; denied fields are cut; a
 * selection set that this leaves empty asks for `__typename`, which shaping leaves out again; fields travel under
 * {@link DataKeys}. Undefined when no service is needed.
 */
export function planningDocument(source: PlanningSource): DocumentNode | undefined {
  const { operation, schema, dataKeys, composedDirectives, isDenied } = source
  const travels = (field: FieldNode) => !field.name.value.startsWith('__') && !isDenied(field)
  const fields = rootFields(operation).filter(travels)
  if (fields.length === 0) return undefined
  // Nothing is deferred at the root of a mutation, whose fields must keep their order: the planner puts fragments elsewhere.
  const isFlat = operation.defers === undefined || operation.definition.operation === OperationTypeNode.MUTATION
  const selections = isFlat ? fields : keepFields(operation.definition.selectionSet, travels)
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
        Directive({ name }) {
          return composedDirectives?.has(name.value) ? null : undefined
        },
        InlineFragment: { leave: (fragment) => aroundAbstract(fragment, schema) },
        SelectionSet: { leave: fillEmpty },
      }),
    ) as T
  const selectionSet = { kind: Kind.SELECTION_SET, selections } as const
  const used = reachableFragments(selectionSet, operation.fragments)
  return {
    kind: Kind.DOCUMENT,
    definitions: [rewrite({ ...operation.definition, selectionSet }), ...[...used].map(rewrite)],
  }
}

/** The root's selections with the fragments around them: what is deferred at the root must stay so. */
function keepFields({ selections }: SelectionSetNode, keeps: (field: FieldNode) => boolean): SelectionNode[] {
  return selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return keeps(selection) ? [selection] : []
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection]
    const inner = keepFields(selection.selectionSet, keeps)
    return inner.length === 0 ? [] : [{ ...selection, selectionSet: { kind: Kind.SELECTION_SET, selections: inner } }]
  })
}

/** The planner fails on a `@defer` at a fragment on an interface of the object that it is in; around the fragment it can. */
function aroundAbstract(fragment: InlineFragmentNode, schema: GraphQLSchema): InlineFragmentNode | undefined {
  const { typeCondition, directives } = fragment
  if (deferLabel(fragment) === undefined || !isAbstractType(schema.getType(typeCondition?.name.value ?? ''))) {
    return undefined
  }
  const inner: InlineFragmentNode = { ...fragment, directives: directives?.filter((each) => !isDefer(each)) ?? [] }
  const selectionSet = { kind: Kind.SELECTION_SET, selections: [inner] } as const
  return { kind: Kind.INLINE_FRAGMENT, directives: directives?.filter(isDefer) ?? [], selectionSet }
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
