import type { FetchDataKeyRenamer } from '@apollo/query-planner'
import type { LoadedSupergraph } from '../supergraph/load.ts'
import { isJsonObject, type JsonObject } from './json.ts'

/** Reads the arguments that a field takes from the objects above it; `ancestors` from the root down to the entity. */
export type ContextReader = (ancestors: readonly JsonObject[]) => JsonObject

const FRAGMENT = '... on '

/** Compiles the planner's context rewrites (`..`, `... on Parent`, `field`); undefined when there are none. */
export function compileContexts(
  rewrites: readonly FetchDataKeyRenamer[] | undefined,
  supergraph: LoadedSupergraph,
): ContextReader | undefined {
  if (rewrites === undefined || rewrites.length === 0) return undefined
  const readers = rewrites.map(({ path, renameKeyTo }) => {
    const up = path.filter((step) => step === '..').length
    const down = path.slice(up)
    return (ancestors: readonly JsonObject[], into: JsonObject) => {
      const value = descend(ancestors[ancestors.length - 1 - up], down, supergraph)
      if (value !== undefined) into[renameKeyTo] = value
    }
  })
  return (ancestors) => {
    const values: JsonObject = {}
    for (const read of readers) read(ancestors, values)
    return values
  }
}

function descend(value: unknown, steps: readonly string[], supergraph: LoadedSupergraph): unknown {
  const [step, ...rest] = steps
  if (step === undefined || value === undefined || value === null) return value
  if (Array.isArray(value)) return value.map((element) => descend(element, steps, supergraph))
  if (!isJsonObject(value)) return undefined
  if (!step.startsWith(FRAGMENT)) return descend(value[step], rest, supergraph)
  const condition = step.slice(FRAGMENT.length)
  const typename = value.__typename
  const applies =
    typename === undefined || typename === condition || supergraph.objectTypesOf.get(condition)?.has(String(typename))
  return applies ? descend(value, rest, supergraph) : undefined
}
