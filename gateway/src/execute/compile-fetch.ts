import type { FetchNode } from '@apollo/query-planner'
import type { LoadedSupergraph } from '../supergraph/load.ts'
import type { JsonObject } from './json.ts'
import { compileProjector, type Projector } from './representations.ts'
import { compileResponsePath, type PathStep } from './response-path.ts'
import { compileRewrites, type Rewriter, renamedKeys } from './rewrites.ts'

/** One fetch of a plan, compiled. */
export interface CompiledFetch {
  readonly service: string
  readonly query: string
  readonly operationName: string | undefined
  readonly isMutation: boolean
  /** Client variables that the query uses. */
  readonly variableNames: readonly string[]
  readonly path: readonly PathStep[]
  readonly entities: CompiledEntities | undefined
  readonly rewriteOutput: Rewriter | undefined
  readonly renamed: ReadonlyMap<string, string>
}

/** The part of a fetch that only `_entities` queries have. */
export interface CompiledEntities {
  readonly project: Projector
  readonly rewriteInput: Rewriter | undefined
}

/** Compiles one fetch; `path` is where its answer is merged. */
export function compileFetch(
  node: FetchNode,
  supergraph: LoadedSupergraph,
  path: readonly (string | number)[],
): CompiledFetch {
  return {
    service: node.serviceName,
    query: node.operation,
    operationName: node.operationName,
    isMutation: node.operationKind === 'mutation',
    variableNames: node.variableUsages ?? [],
    path: compileResponsePath(path),
    entities: node.requires && {
      project: compileProjector(node.requires, supergraph),
      rewriteInput: compileRewrites(node.inputRewrites, supergraph),
    },
    rewriteOutput: compileRewrites(node.outputRewrites, supergraph),
    renamed: renamedKeys(node.outputRewrites),
  }
}

/** The client's values for the variables of one fetch. */
export function variablesFor(fetch: CompiledFetch, variables: Readonly<JsonObject>): JsonObject | undefined {
  if (fetch.variableNames.length === 0) return undefined
  const used: JsonObject = {}
  for (const name of fetch.variableNames) {
    const value = variables[name]
    if (value !== undefined) used[name] = value
  }
  return used
}
