import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql'
import type { RequestContext } from '../transport/transport.ts'

/** An operation that was parsed and validated against the API schema. */
export interface EngineOperation {
  readonly document: DocumentNode
  readonly source: string
  readonly operationName?: string | null
  readonly variables?: Readonly<Record<string, unknown>> | null
  readonly context: RequestContext
}

/** Plans and runs operations over a supergraph. The serving layer knows only this. */
export interface Engine {
  /** The client-facing schema of the supergraph in force; replaced by {@link Engine.update}. */
  readonly schema: GraphQLSchema
  /** Queries and mutations. Errors of services are part of the result; rejects only for defects of the engine. */
  execute(operation: EngineOperation): Promise<ExecutionResult>
  /** Subscriptions: an iterable of results, or one result with errors when the stream cannot start. */
  subscribe(operation: EngineOperation): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>
  /** Puts another supergraph in force: running operations end on the old one, live subscriptions are re-planned. */
  update(supergraphSdl: string): void
  close(): Promise<void>
}
