import type { FetchDataRewrite } from '@apollo/query-planner'
import type { LoadedSupergraph } from '../supergraph/load.ts'
import type { JsonObject } from './json.ts'

/** Changes a representation before it is sent, or an answer before it is merged, in place. */
export type Rewriter = (value: unknown) => void

const FRAGMENT = '... on '

/** Compiles the planner's rewrites; undefined when there are none. */
export function compileRewrites(
  rewrites: readonly FetchDataRewrite[] | undefined,
  supergraph: LoadedSupergraph,
): Rewriter | undefined {
  if (rewrites === undefined || rewrites.length === 0) return undefined
  const compiled = rewrites.map((rewrite) => compileRewrite(rewrite, supergraph))
  return (value) => {
    for (const rewrite of compiled) rewrite(value)
  }
}

/** The client's response keys for the alias keys that the planner made up, to translate error paths. */
export function renamedKeys(rewrites: readonly FetchDataRewrite[] | undefined): ReadonlyMap<string, string> {
  const renamed = new Map<string, string>()
  for (const rewrite of rewrites ?? []) {
    if (rewrite.kind === 'KeyRenamer') renamed.set(rewrite.path.at(-1) ?? '', rewrite.renameKeyTo)
  }
  return renamed
}

function compileRewrite(rewrite: FetchDataRewrite, supergraph: LoadedSupergraph): Rewriter {
  const key = rewrite.path.at(-1) ?? ''
  let apply: (object: JsonObject) => void
  if (rewrite.kind === 'ValueSetter') {
    apply = (object) => {
      object[key] = rewrite.setValueTo
    }
  } else {
    apply = (object) => {
      if (object[key] === undefined) return
      object[rewrite.renameKeyTo] = object[key]
      delete object[key]
    }
  }
  return rewrite.path.slice(0, -1).reduceRight<Rewriter>(
    (next, step) => stepInto(step, next, supergraph),
    (value) => eachObject(value, apply),
  )
}

function stepInto(step: string, next: Rewriter, supergraph: LoadedSupergraph): Rewriter {
  if (!step.startsWith(FRAGMENT)) return (value) => eachObject(value, (object) => next(object[step]))
  const condition = step.slice(FRAGMENT.length)
  const members = supergraph.objectTypesOf.get(condition)
  return (value) =>
    eachObject(value, (object) => {
      const typename = object.__typename
      if (typename === undefined || typename === condition || members?.has(String(typename)) === true) next(object)
    })
}

function eachObject(value: unknown, visit: (object: JsonObject) => void): void {
  if (value === null || typeof value !== 'object') return
  if (Array.isArray(value)) for (const element of value) eachObject(element, visit)
  else visit(value as JsonObject)
}
