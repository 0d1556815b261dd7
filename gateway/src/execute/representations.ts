import type { QueryPlanSelectionNode } from '@apollo/query-planner'
import { getNullableType, isObjectType } from 'graphql'
import type { LoadedSupergraph } from '../supergraph/load.ts'
import type { JsonObject } from './json.ts'

interface ProjectedField {
  readonly key: string
  readonly children: Projection | undefined
}

/** Cuts representations out of merged objects. */
export interface Projector {
  /** A text that is equal for objects with equal representations; undefined when a needed field was never delivered. */
  keyOf(object: JsonObject): string | undefined
  /** The representation of an object that has a key. */
  project(object: JsonObject): JsonObject
  /** The field that most likely tells objects apart; undefined when representations are not flat, or of several types. */
  readonly telling: string | undefined
  /** True only if both have the same representation, where {@link Projector.telling} is set; cheaper than two keys. */
  isLike(known: JsonObject, object: JsonObject): boolean
}

interface Projection {
  fieldsFor(typename: unknown): readonly ProjectedField[]
}

/** Compiles a fetch's `requires` once; the fields of each runtime type are worked out when the type is first seen. */
export function compileProjector(requires: readonly QueryPlanSelectionNode[], supergraph: LoadedSupergraph): Projector {
  const projection = compileProjection(requires, supergraph)
  const flat = flatFields(requires, supergraph)
  return {
    telling: flat?.[0],
    isLike(known, object) {
      if (flat === undefined || known.__typename !== object.__typename) return false
      for (const key of flat) {
        const value = object[key]
        if (value !== known[key] || (typeof value === 'object' && value !== null)) return false
      }
      return true
    },
    keyOf(object) {
      const fields = projection.fieldsFor(object.__typename)
      let key = ''
      for (const { key: name, children } of fields) {
        const value = object[name]
        if (value === undefined) return undefined
        if (typeof value === 'string') key += `${value.length}"${value}`
        else if (typeof value !== 'object' || value === null) key += `${value};`
        else {
          const projected = children === undefined ? value : projectValue(value, children)
          if (projected === undefined) return undefined
          key += JSON.stringify(projected)
        }
      }
      return key === '' || object.__typename === undefined ? undefined : key
    },
    project: (object) => project(object, projection.fieldsFor(object.__typename)) ?? {},
  }
}

/**
 * The fields of representations of one object type without objects in them, which is what nearly all are: first those that
 * identify best, an `ID` or else a `String`.
 */
function flatFields(requires: readonly QueryPlanSelectionNode[], { objectTypes, apiSchema }: LoadedSupergraph) {
  const [only, ...others] = requires
  if (only?.kind !== 'InlineFragment' || others.length > 0 || !objectTypes.has(only.typeCondition ?? ''))
    return undefined
  const fields = only.selections.flatMap((each) => (each.kind === 'Field' && each.selections === undefined ? each : []))
  if (fields.length < only.selections.length) return undefined
  const type = apiSchema.getType(only.typeCondition ?? '')
  const rank = (name: string) => {
    const fieldType = isObjectType(type) ? type.getFields()[name]?.type : undefined
    const named = String(fieldType && getNullableType(fieldType))
    return named === 'ID' ? 0 : named === 'String' ? 1 : 2
  }
  const keys = fields.filter(({ name }) => name !== '__typename')
  return keys.sort((a, b) => rank(a.name) - rank(b.name)).map(({ alias, name }) => alias ?? name)
}

function compileProjection(selections: readonly QueryPlanSelectionNode[], supergraph: LoadedSupergraph): Projection {
  const byType = new Map<unknown, readonly ProjectedField[]>()
  return {
    fieldsFor(typename) {
      let fields = byType.get(typename)
      if (fields === undefined) {
        fields = fieldsOf(collect(selections, typename, supergraph, new Map()), supergraph)
        byType.set(typename, fields)
      }
      return fields
    },
  }
}

type CollectedSelections = Map<string, QueryPlanSelectionNode[] | undefined>

function collect(
  selections: readonly QueryPlanSelectionNode[],
  typename: unknown,
  supergraph: LoadedSupergraph,
  into: CollectedSelections,
): CollectedSelections {
  for (const selection of selections) {
    if (selection.kind === 'Field') {
      const key = selection.alias ?? selection.name
      const previous = into.get(key)
      into.set(key, selection.selections && [...(previous ?? []), ...selection.selections])
    } else if (applies(selection.typeCondition, typename, supergraph)) {
      collect(selection.selections, typename, supergraph, into)
    }
  }
  return into
}

function applies(condition: string | undefined, typename: unknown, supergraph: LoadedSupergraph): boolean {
  if (condition === undefined || condition === typename) return true
  return typeof typename === 'string' && supergraph.objectTypesOf.get(condition)?.has(typename) === true
}

function fieldsOf(collected: CollectedSelections, supergraph: LoadedSupergraph): ProjectedField[] {
  return [...collected].map(([key, selections]) => ({
    key,
    children: selections && compileProjection(selections, supergraph),
  }))
}

function project(object: JsonObject, fields: readonly ProjectedField[]): JsonObject | undefined {
  const representation: JsonObject = {}
  for (const { key, children } of fields) {
    const value = object[key]
    if (value === undefined) return undefined
    if (children === undefined) {
      representation[key] = value
    } else {
      const projected = projectValue(value, children)
      if (projected === undefined) return undefined
      representation[key] = projected
    }
  }
  return representation
}

function projectValue(value: unknown, children: Projection): unknown {
  if (value === null || typeof value !== 'object') return value
  if (!Array.isArray(value)) {
    const object = value as JsonObject
    return project(object, children.fieldsFor(object.__typename))
  }
  const list: unknown[] = []
  for (const element of value) {
    const projected = projectValue(element, children)
    if (projected === undefined) return undefined
    list.push(projected)
  }
  return list
}
