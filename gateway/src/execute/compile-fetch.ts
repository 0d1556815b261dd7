import type { FetchNode } from '@apollo/query-planner'
import type { LoadedSupergraph } from '../supergraph/load.ts'
import { type ContextReader, compileContexts } from './context-values.ts'
import { type EntityQuery, entityQueryOf } from './entity-query.ts'
import { type AskedKeys, type FetchedKey, fetchedKeys } from './fetched-keys.ts'
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
  /** What the client misses when the fetch fails as a whole. */
  readonly keys: readonly FetchedKey[]
}

/** The part of a fetch that only `_entities` queries have. */
export interface CompiledEntities {
  readonly projector: Projector
  readonly rewriteInput: Rewriter | undefined
  /** For merging with other fetches; undefined when this one must travel alone. */
  readonly query: EntityQuery | undefined
  /** Fetches of one service with the same text here ask the same of an entity, so they share representations. */
  readonly signature: string
  /** One answer may stand at several positions (sharing.ts). */
  readonly sharesAnswers: boolean
  /** Arguments that come from the objects above (`@fromContext`). */
  readonly readContext: ContextReader | undefined
  /** Merged queries that this fetch leads, by the signatures of the others. */
  readonly merged: Map<string, string>
}

/** What compiling a fetch needs to know of its surroundings. */
export interface FetchSurroundings {
  readonly supergraph: LoadedSupergraph
  readonly sharing: ReadonlySet<FetchNode>
  readonly asked: AskedKeys
}

/** Compiles one fetch; `path` is where its answer is merged. */
export function compileFetch(
  node: FetchNode,
  path: readonly (string | number)[],
  surroundings: FetchSurroundings,
): CompiledFetch {
  const { supergraph, asked } = surroundings
  return {
    service: node.serviceName,
    query: node.operation,
    operationName: node.operationName,
    isMutation: node.operationKind === 'mutation',
    variableNames: (node.variableUsages ?? []).filter((name) => name !== 'representations'),
    path: compileResponsePath(path),
    entities: node.requires && compileEntities(node, surroundings),
    rewriteOutput: compileRewrites(node.outputRewrites, supergraph),
    renamed: renamedKeys(node.outputRewrites),
    keys: fetchedKeys(node, path, asked, supergraph),
  }
}

function compileEntities(node: FetchNode, { supergraph, sharing }: FetchSurroundings): CompiledEntities {
  const readContext = compileContexts(node.contextRewrites, supergraph)
  const query = readContext === undefined ? entityQueryOf(node) : undefined
  return {
    projector: compileProjector(node.requires ?? [], supergraph),
    rewriteInput: compileRewrites(node.inputRewrites, supergraph),
    query,
    signature: `${query?.selection ?? node.operation}${JSON.stringify([node.requires, node.inputRewrites, node.outputRewrites])}`,
    sharesAnswers: sharing.has(node),
    readContext,
    merged: new Map(),
  }
}

/** The client's values for the variables of one fetch; undefined when it uses none. */
export function variablesFor(
  { variableNames }: Pick<CompiledFetch, 'variableNames'>,
  variables: Readonly<JsonObject>,
): JsonObject | undefined {
  if (variableNames.length === 0) return undefined
  const used: JsonObject = {}
  for (const name of variableNames) {
    const value = variables[name]
    // A variable may have a name such as `constructor`, and no value.
    if (value !== undefined && Object.hasOwn(variables, name)) used[name] = value
  }
  return used
}
