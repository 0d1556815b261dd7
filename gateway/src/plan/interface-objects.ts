import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { LoadedSupergraph } from '../supergraph/load.ts'
import { deferLabel } from './defers.ts'

/**
 * Spells out fragments on other abstract types by object type, where an object may be known as an `@interfaceObject` only.
 *
 * A service with `type Media @interfaceObject` knows the objects behind it by no other name. For `... on Priced` on such an
 * object the planner looks for members that the service knows, finds none and fails (`We should have an edge from Media
 * for __typename`, @apollo/query-planner 2.14); for `... on Book` it asks the interface's owner for the type first.
 */
export function spellOutFragments(
  document: DocumentNode,
  schema: GraphQLSchema,
  interfaceObjects: ReadonlySet<string>,
): DocumentNode {
  if (interfaceObjects.size === 0) return document
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const typeInfo = new TypeInfo(schema)
  return visit(
    document,
    visitWithTypeInfo(typeInfo, {
      SelectionSet(set) {
        const parent = typeInfo.getParentType()
        if (isObjectType(parent)) return withoutImpossible(set, parent, schema, fragments)
        if (!isInterfaceType(parent) || !interfaceObjects.has(parent.name)) return undefined
        const selections = set.selections.map((selection) => spellOut(selection, parent, schema, fragments))
        return selections.every((selection, i) => selection === set.selections[i]) ? undefined : { ...set, selections }
      },
    }),
  )
}

/** What is spelled out for one object type may hold fragments on others, which the planner refuses. */
function withoutImpossible(
  set: SelectionSetNode,
  parent: GraphQLObjectType,
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): SelectionSetNode | undefined {
  const selections = set.selections.filter((selection) => {
    if (selection.kind === Kind.FIELD) return true
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
    const condition = schema.getType(inner?.typeCondition?.name.value ?? parent.name)
    return condition === parent || (isAbstractType(condition) && schema.isSubType(condition, parent))
  })
  if (selections.length === set.selections.length) return undefined
  return { ...set, selections: selections.length > 0 ? selections : [TYPENAME] }
}

const TYPENAME: SelectionNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

function spellOut(
  selection: SelectionNode,
  parent: GraphQLInterfaceType,
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): SelectionNode {
  if (selection.kind === Kind.FIELD) return selection
  const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
  const condition = schema.getType(inner?.typeCondition?.name.value ?? parent.name)
  if (inner === undefined || condition === parent || !isAbstractType(condition)) return selection
  const members = schema.getPossibleTypes(parent).filter((type) => schema.isSubType(condition, type))
  const selections = members.map(
    ({ name }): InlineFragmentNode => ({
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } },
      selectionSet: inner.selectionSet,
    }),
  )
  return {
    kind: Kind.INLINE_FRAGMENT,
    directives: selection.directives ?? [],
    selectionSet: { kind: Kind.SELECTION_SET, selections: selections.length > 0 ? selections : [TYPENAME] },
  }
}

/**
 * Whether something is deferred for some object types only, where an object may be known by its interface alone: the first part of the
 * answer does not ask for the type, and the fragment would seem to be about another object.
 * @param selectionSet of an operation whose fragments are inlined
 */
export function defersByUnknownType(
  selectionSet: SelectionSetNode,
  root: GraphQLObjectType,
  { apiSchema, interfaceObjects }: Pick<LoadedSupergraph, 'apiSchema' | 'interfaceObjects'>,
): boolean {
  if (interfaceObjects.size === 0) return false
  const walk = (set: SelectionSetNode, type: GraphQLCompositeType, isNarrowed: boolean): boolean =>
    set.selections.some((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return false
      if (selection.kind === Kind.FIELD) {
        const field = isUnionType(type) ? undefined : type.getFields()[selection.name.value]
        const named = field && getNamedType(field.type)
        return (
          selection.selectionSet !== undefined && isCompositeType(named) && walk(selection.selectionSet, named, false)
        )
      }
      const condition = apiSchema.getType(selection.typeCondition?.name.value ?? type.name)
      if (!isCompositeType(condition)) return false
      const narrows = isNarrowed || (condition !== type && interfaceObjects.has(type.name))
      return (narrows && deferLabel(selection) !== undefined) || walk(selection.selectionSet, condition, narrows)
    })
  return walk(selectionSet, root, false)
}
