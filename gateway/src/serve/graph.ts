import type { GraphQLSchema } from 'graphql'
import type { Engine } from '../execute/engine.ts'
import { type CostModel, readCostModel } from '../protect/cost-model.ts'
import { type CacheHints, readCacheHints } from './cache-control.ts'

/** The graph in force as the serving layer sees it: an engine and what the supergraph says beyond it. */
export interface ServedGraph {
  readonly engine: Engine
  readonly schema: GraphQLSchema
  readonly costModel: CostModel
  readonly cacheHints: CacheHints
  readonly supergraphSdl: string
  /** Puts another supergraph in force. @throws {GraphQLError} it is not valid; the old one stays */
  update(supergraphSdl: string): void
  /** Calls `listener` after every change; returns how to stop. */
  onUpdate(listener: () => void): () => void
}

/** @param engine was made from `supergraphSdl` */
export const serveGraph = (engine: Engine, supergraphSdl: string): ServedGraph => {
  const listeners = new Set<() => void>()
  let sdl = supergraphSdl
  let costModel = readCostModel(sdl)
  let cacheHints = readCacheHints(sdl)
  return {
    engine,
    get schema() {
      return engine.schema
    },
    get costModel() {
      return costModel
    },
    get cacheHints() {
      return cacheHints
    },
    get supergraphSdl() {
      return sdl
    },
    update(next) {
      if (next === sdl) return
      const nextCostModel = readCostModel(next)
      engine.update(next)
      sdl = next
      costModel = nextCostModel
      cacheHints = readCacheHints(next)
      for (const listener of listeners) listener()
    },
    onUpdate(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
