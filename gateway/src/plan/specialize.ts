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
import { isDefer, isolateDefers } from './defers.ts'
import type { PreparedOperation } from './prepared-operation.ts'

/** An operation with every `@skip` and `@include` decided: what the client gets for these values of its variables. */
export interface SpecializedOperation {
  readonly definition: OperationDefinitionNode
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  /** The client's label of each `@defer` by the label that it has here; absent when nothing is deferred. */
  readonly defers?: ReadonlyMap<string, string | undefined>
}

/**
 * Decides conditions before planning. The planner then never sees one, which makes plans smaller and avoids what it gets
 * wrong: it throws on conditions at the root of a subscription. Selection sets may become empty.
 * @param incremental whether the client takes its answer in parts; every `@defer` is dropped otherwise
 */
export function specialize(
  operation: PreparedOperation,
  variables: Readonly<Record<string, unknown>>,
  incremental = false,
): SpecializedOperation {
  const decide = <T extends OperationDefinitionNode | FragmentDefinitionNode>(node: T): T =>
    visit(node, {
      enter(child) {
        if (child.kind !== Kind.FIELD && child.kind !== Kind.INLINE_FRAGMENT && child.kind !== Kind.FRAGMENT_SPREAD)
          return
        if (!child.directives?.some((directive) => isCondition(directive) || isDefer(directive))) return
        if (!isIncluded(child.directives, variables)) return null
        const stays = (directive: DirectiveNode) =>
          isDefer(directive) ? incremental && isTrue(directive, variables, true) : !isCondition(directive)
        return { ...child, directives: child.directives.filter(stays) }
      },
    }) as T
  const decided = {
    definition: decide(operation.definition),
    fragments: new Map([...operation.fragments].map(([name, fragment]) => [name, decide(fragment)])),
  }
  if (!incremental || !operation.hasDefer) return decided
  return isolateDefers(decided) ?? specialize(operation, variables)
}

function isCondition(directive: DirectiveNode): boolean {
  return directive.name.value === 'skip' || directive.name.value === 'include'
}

function isIncluded(directives: readonly DirectiveNode[], variables: Readonly<Record<string, unknown>>): boolean {
  return directives.filter(isCondition).every((directive) => {
    const decided = isTrue(directive, variables, false)
    return directive.name.value === 'skip' ? !decided : decided
  })
}

/** The `if` argument. A variable without a value counts as false: it chose the same plan as one that is false. */
function isTrue(directive: DirectiveNode, variables: Readonly<Record<string, unknown>>, otherwise: boolean): boolean {
  const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value
  if (value?.kind === Kind.VARIABLE) return variables[value.name.value] === true
  return value?.kind === Kind.BOOLEAN ? value.value : otherwise
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
