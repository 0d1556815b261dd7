import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql'
import type { DataKeys } from '../plan/data-keys.ts'
import { deferLabel } from '../plan/defers.ts'
import { compileBuilder, type ObjectBuilder } from './build-object.ts'
import { type PlainLeaf, plainLeaf } from './leaf-values.ts'
import { type Completer, compileCompleter } from './shape.ts'

/** One field of the response, for one runtime type. */
export interface ShapedField {
  /** The client's key. */
  readonly key: string
  /** The key under which the merged data has it. */
  readonly dataKey: string
  readonly name: string
  readonly parentType: string
  readonly source: 'data' | 'typename' | 'unknown typename' | 'introspection' | 'denied'
  readonly nonNull: boolean
  readonly complete: Completer
  /** Set where a value of this kind needs nothing but that it is of this kind. */
  readonly plain: PlainLeaf | undefined
  readonly children: SelectionShape | undefined
}

/** What every compiled selection of one operation shares. */
export interface ShapeSource {
  readonly schema: GraphQLSchema
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly dataKeys: DataKeys
  /** Types and `Enum.VALUE`s that clients must not see. */
  readonly hidden: ReadonlySet<string>
  /** The client's labels of deferred fragments (plan/defers.ts); absent when nothing is deferred. */
  readonly defers?: ReadonlyMap<string, string | undefined>
  /** True for a field that this caller may not see; its parent type is the one it is selected on. */
  isDenied(field: FieldNode): boolean
}

/** A deferred fragment, for one runtime type. */
export interface DeferredFragment {
  /** Names the plan of this part (compile-operation.ts). */
  readonly id: string
  readonly label: string | undefined
  readonly shape: SelectionShape
}

/** A selection for one runtime type. */
export interface CompiledSelection {
  readonly fields: readonly ShapedField[]
  readonly deferred: readonly DeferredFragment[]
  /** Whether fragments on object types were left out because the type is only known as an interface. */
  readonly isPartial: boolean
  readonly build: ObjectBuilder
}

interface Collected {
  readonly nodes: Map<string, FieldNode[]>
  readonly deferred: DeferredFragment[]
  readonly visited: Set<string>
}

/** A selection set, or several that merge, over values of one type. */
export class SelectionShape {
  readonly type: GraphQLCompositeType
  readonly #sets: readonly SelectionSetNode[]
  readonly #source: ShapeSource
  readonly #byType = new Map<unknown, CompiledSelection | undefined>()

  constructor(type: GraphQLCompositeType, sets: readonly SelectionSetNode[], source: ShapeSource) {
    this.type = type
    this.#sets = sets
    this.#source = source
  }

  /** The selection for a runtime type, compiled when the type is first seen; undefined when it does not fit. */
  selectionFor(typename: unknown): CompiledSelection | undefined {
    const known = this.#byType.get(typename)
    if (known !== undefined || this.#byType.has(typename)) return known
    const type = this.#runtimeType(typename)
    const selection = type && this.#compile(type)
    this.#byType.set(typename, selection)
    return selection
  }

  /** True for the name of a type that clients must not see. */
  hides(typename: unknown): boolean {
    return typeof typename === 'string' && this.#source.hidden.has(typename)
  }

  /** Where a response key leads, whatever the runtime type: a selection, a leaf (null), or nothing that was asked for. */
  childAt(key: string): SelectionShape | null | undefined {
    const types = isAbstractType(this.type) ? this.#source.schema.getPossibleTypes(this.type) : [this.type]
    for (const type of types) {
      const field = this.selectionFor(type.name)?.fields.find((candidate) => candidate.key === key)
      if (field !== undefined) return field.children ?? null
    }
    return undefined
  }

  /**
   * An object's type is known without asking, whatever an @interfaceObject calls it. A service for which an interface is an
   * @interfaceObject names no object type; that is enough for fields of the interface itself.
   */
  #runtimeType(typename: unknown): GraphQLObjectType | GraphQLInterfaceType | undefined {
    const { schema } = this.#source
    if (isObjectType(this.type)) return this.type
    if (isInterfaceType(this.type) && (typename === undefined || typename === this.type.name)) return this.type
    const type = typeof typename === 'string' ? schema.getType(typename) : undefined
    return isObjectType(type) && schema.isSubType(this.type, type) ? type : undefined
  }

  #compile(type: GraphQLObjectType | GraphQLInterfaceType): CompiledSelection {
    const nodes = new Map<string, FieldNode[]>()
    const deferred: DeferredFragment[] = []
    for (const set of this.#sets) this.#collect(set, type, { nodes, deferred, visited: new Set() })
    const fields = [...nodes].map(([key, fieldNodes]) => this.#compileField(key, fieldNodes, type))
    const members = isInterfaceType(type) ? this.#source.schema.getPossibleTypes(type) : []
    const isPartial = members.some((member) => (this.selectionFor(member.name)?.fields.length ?? 0) > fields.length)
    return { fields, deferred, isPartial, build: compileBuilder(fields) }
  }

  #compileField(
    key: string,
    nodes: readonly FieldNode[],
    parent: GraphQLObjectType | GraphQLInterfaceType,
  ): ShapedField {
    const [node] = nodes as [FieldNode]
    const name = node.name.value
    const common = { key, dataKey: key, name, parentType: parent.name }
    if (name === '__typename') {
      return { ...common, ...NO_DATA, source: isObjectType(parent) ? 'typename' : 'unknown typename' }
    }
    if (name === '__schema' || name === '__type')
      return { ...common, ...NO_DATA, source: 'introspection', nonNull: false }
    const definition = parent.getFields()[name]
    if (definition === undefined) throw new Error(`${parent.name} has no field ${name}`)
    const named = getNamedType(definition.type)
    const sets = nodes.flatMap((each) => each.selectionSet ?? [])
    const children = isCompositeType(named) ? new SelectionShape(named, sets, this.#source) : undefined
    const leaf = getNullableType(definition.type)
    const source = this.#source.isDenied(node) ? 'denied' : 'data'
    return {
      ...common,
      children,
      dataKey: this.#source.dataKeys.keyOf(node, definition.args.length > 0),
      source,
      nonNull: isNonNullType(definition.type),
      plain: source === 'data' && isLeafType(leaf) ? plainLeaf(leaf) : undefined,
      complete: compileCompleter(definition.type, children, this.#source.hidden),
    }
  }

  #collect(set: SelectionSetNode, type: GraphQLObjectType | GraphQLInterfaceType, into: Collected): void {
    const { nodes: known, visited } = into
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value
        const nodes = known.get(key)
        if (nodes === undefined) known.set(key, [selection])
        else nodes.push(selection)
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (!this.#applies(selection.typeCondition?.name.value, type)) continue
        const deferred = this.#deferredFragment(selection, type)
        if (deferred === undefined) this.#collect(selection.selectionSet, type, into)
        else into.deferred.push(deferred)
      } else if (!visited.has(selection.name.value)) {
        visited.add(selection.name.value)
        const fragment = this.#source.fragments.get(selection.name.value)
        if (fragment !== undefined && this.#applies(fragment.typeCondition.name.value, type)) {
          this.#collect(fragment.selectionSet, type, into)
        }
      }
    }
  }

  #deferredFragment(
    node: InlineFragmentNode,
    type: GraphQLObjectType | GraphQLInterfaceType,
  ): DeferredFragment | undefined {
    const { defers } = this.#source
    const id = defers && deferLabel(node)
    if (id === undefined) return undefined
    return { id, label: defers?.get(id), shape: new SelectionShape(type, [node.selectionSet], this.#source) }
  }

  #applies(condition: string | undefined, type: GraphQLObjectType | GraphQLInterfaceType): boolean {
    if (condition === undefined || condition === type.name) return true
    const conditional = this.#source.schema.getType(condition)
    return isAbstractType(conditional) && this.#source.schema.isSubType(conditional, type)
  }
}

const NO_DATA = { nonNull: true, complete: () => null, plain: undefined, children: undefined } as const
