import type { QueryPlanSelectionNode } from '@apollo/query-planner'
import type { LoadedSupergraph } from '../supergraph/load.ts'
import type { JsonObject } from './json.ts'

interface ProjectedField {
  readonly key: string
  readonly children: Projection | undefined
}

/** Cuts a representation out of a merged object; undefined when a needed field was never delivered. */
export type Projector = (object: JsonObject) => JsonObject | undefined

interface Projection {
  fieldsFor(typename: unknown): readonly ProjectedField[]
}

/** Compiles a fetch's `requires` once; the fields of each runtime type are worked out when the type is first seen. */
export function compileProjector(requires: readonly QueryPlanSelectionNode[], supergraph: LoadedSupergraph): Projector {
  const projection = compileProjection(requires, supergraph)
  return (object) => {
    const typename = object.__typename
    if (typeof typename !== 'string') return undefined
    const fields = projection.fieldsFor(typename)
    if (fields.length === 0) return undefined
    const representation = project(object, fields)
    return representation !== undefined && representation.__typename !== undefined ? representation : undefined
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
