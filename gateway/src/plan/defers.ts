import {
  type DirectiveNode,
  type FragmentDefinitionNode,
  type InlineFragmentNode,
  Kind,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { SpecializedOperation } from './specialize.ts'

/** Inlining may make an operation exponentially larger; beyond this many selections nothing is deferred. */
const MAX_SELECTIONS = 5_000

/** True for the directive with which a client lets a part of its answer come later. */
export function isDefer(directive: DirectiveNode): boolean {
  return directive.name.value === 'defer'
}

/**
 * Gives every place where something is deferred a label of its own, under which planner and shaping find it. Fragments are
 * inlined for that: one that is spread twice defers at two places.
 * Undefined when nothing is deferred, or more than can be handled; a server may always answer in one piece.
 */
export function isolateDefers({ definition, fragments }: SpecializedOperation): SpecializedOperation | undefined {
  if (definition.operation === OperationTypeNode.SUBSCRIPTION) return undefined
  const inliner = new Inliner(fragments, definition.operation === OperationTypeNode.MUTATION)
  const selectionSet = inliner.inline(definition.selectionSet, true)
  if (inliner.labels.size === 0 || inliner.isExhausted) return undefined
  return { definition: { ...definition, selectionSet }, fragments: new Map(), defers: inliner.labels }
}

class Inliner {
  readonly labels = new Map<string, string | undefined>()
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly #isMutation: boolean
  #left = MAX_SELECTIONS

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>, isMutation: boolean) {
    this.#fragments = fragments
    this.#isMutation = isMutation
  }

  get isExhausted(): boolean {
    return this.#left < 0
  }

  inline(set: SelectionSetNode, isRoot: boolean): SelectionSetNode {
    return { ...set, selections: set.selections.flatMap((selection) => this.#inlineOne(selection, isRoot)) }
  }

  #inlineOne(selection: SelectionNode, isRoot: boolean): SelectionNode[] {
    this.#left -= 1
    if (this.isExhausted) return []
    if (selection.kind === Kind.FIELD) {
      if (selection.selectionSet === undefined) return [selection]
      return [{ ...selection, selectionSet: this.inline(selection.selectionSet, false) }]
    }
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value)
    if (inner === undefined) return []
    // Mutations run one after the other, and all before the answer begins (as the planner insists).
    const mayDefer = !(isRoot && this.#isMutation)
    const directives = (selection.directives ?? []).flatMap((directive) =>
      isDefer(directive) ? (mayDefer ? [this.#label(directive)] : []) : [directive],
    )
    const fragment: InlineFragmentNode = {
      kind: Kind.INLINE_FRAGMENT,
      directives,
      selectionSet: this.inline(inner.selectionSet, isRoot),
      ...(inner.typeCondition === undefined ? {} : { typeCondition: inner.typeCondition }),
    }
    return [fragment]
  }

  #label(directive: DirectiveNode): DirectiveNode {
    const given = directive.arguments?.find((argument) => argument.name.value === 'label')?.value
    const label = `d${this.labels.size}`
    this.labels.set(label, given?.kind === Kind.STRING ? given.value : undefined)
    const value = { kind: Kind.STRING, value: label } as const
    return { ...directive, arguments: [{ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'label' }, value }] }
  }
}

/** The label that {@link isolateDefers} gave to a fragment; undefined when it is not deferred. */
export function deferLabel({ directives }: InlineFragmentNode): string | undefined {
  const value = directives?.find(isDefer)?.arguments?.[0]?.value
  return value?.kind === Kind.STRING ? value.value : undefined
}
