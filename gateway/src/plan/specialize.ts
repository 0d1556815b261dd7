import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql'
import type { PreparedOperation } from './prepared-operation.ts'

/** An operation with every `@skip` and `@include` decided: what the client gets for these values of its variables. */
export interface SpecializedOperation {
  readonly definition: OperationDefinitionNode
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
}

/**
 * Decides conditions before planning. The planner then never sees one, which makes plans smaller and avoids what it gets
 * wrong: it throws on conditions at the root of a subscription. Selection sets may become empty.
 */
export function specialize(
  operation: PreparedOperation,
  variables: Readonly<Record<string, unknown>>,
): SpecializedOperation {
  const decide = <T extends OperationDefinitionNode | FragmentDefinitionNode>(node: T): T =>
    visit(node, {
      enter(child) {
        if (child.kind !== Kind.FIELD && child.kind !== Kind.INLINE_FRAGMENT && child.kind !== Kind.FRAGMENT_SPREAD)
          return
        if (!child.directives?.some(isCondition)) return
        if (!isIncluded(child.directives, variables)) return null
        return { ...child, directives: child.directives.filter((directive) => !isCondition(directive)) }
      },
    }) as T
  return {
    definition: decide(operation.definition),
    fragments: new Map([...operation.fragments].map(([name, fragment]) => [name, decide(fragment)])),
  }
}

function isCondition(directive: DirectiveNode): boolean {
  return directive.name.value === 'skip' || directive.name.value === 'include'
}

function isIncluded(directives: readonly DirectiveNode[], variables: Readonly<Record<string, unknown>>): boolean {
  return directives.filter(isCondition).every((directive) => {
    const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value
    const decided =
      value?.kind === Kind.VARIABLE ? variables[value.name.value] === true : value?.kind === Kind.BOOLEAN && value.value
    return directive.name.value === 'skip' ? !decided : decided
  })
}

/** The fields at the root in order, through fragments, which at a root always apply. */
export function rootFields({ definition, fragments }: SpecializedOperation): FieldNode[] {
  const visited = new Set<string>()
  const walk = (selections: readonly SelectionNode[]): FieldNode[] =>
    selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection]
      if (selection.kind === Kind.INLINE_FRAGMENT) return walk(selection.selectionSet.selections)
      if (visited.has(selection.name.value)) return []
      visited.add(selection.name.value)
      return walk(fragments.get(selection.name.value)?.selectionSet.selections ?? [])
    })
  return walk(definition.selectionSet.selections)
}

/** The fragments that a selection set uses, directly or through others. */
export function reachableFragments(
  from: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Set<FragmentDefinitionNode> {
  const reached = new Set<FragmentDefinitionNode>()
  const follow = (set: SelectionSetNode): void => {
    visit(set, {
      FragmentSpread(spread) {
        const fragment = fragments.get(spread.name.value)
        if (fragment === undefined || reached.has(fragment)) return
        reached.add(fragment)
        follow(fragment.selectionSet)
      },
    })
  }
  follow(from)
  return reached
}
