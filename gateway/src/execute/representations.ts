import type { QueryPlanSelectionNode } from '@apollo/query-planner'
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
}

interface Projection {
  fieldsFor(typename: unknown): readonly ProjectedField[]
}

/** Compiles a fetch's `requires` once; the fields of each runtime type are worked out when the type is first seen. */
export function compileProjector(requires: readonly QueryPlanSelectionNode[], supergraph: LoadedSupergraph): Projector {
  const projection = compileProjection(requires, supergraph)
  return {
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
