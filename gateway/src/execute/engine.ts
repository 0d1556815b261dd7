import type { DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql'
import type { RequestContext } from '../transport/transport.ts'

/** An operation that was parsed and validated against the API schema. */
export interface EngineOperation {
  readonly document: DocumentNode
  readonly source: string
  readonly operationName?: string | null
  readonly variables?: Readonly<Record<string, unknown>> | null
  readonly context: RequestContext
}

/** A deferred part of an answer: the fields of a fragment with `@defer`, for one object of the response. */
export interface DeferredResult {
  /** The client's label of the fragment. */
  readonly label?: string
  /** Of the object to which the fields belong. */
  readonly path: readonly (string | number)[]
  /** Null when a non-null field of the fragment is null. */
  readonly data: Record<string, unknown> | null
  /** Their paths begin at the root of the response. */
  readonly errors?: readonly GraphQLError[]
}

/** What was ready at one moment after the first part. */
export interface SubsequentResult {
  readonly incremental: readonly DeferredResult[]
  /** False for the last one. */
  readonly hasNext: boolean
}

/** An answer in parts; incremental delivery as of 2022-08-24 (`deferSpec=20220824`, what Apollo Client speaks). */
export interface IncrementalExecution {
  readonly initialResult: ExecutionResult
  /** Runs only as it is read; `return` starts nothing more. Never throws. */
  readonly subsequentResults: AsyncGenerator<SubsequentResult, void, void>
}

/** Plans and runs operations over a supergraph. The serving layer knows only this. */
export interface Engine {
  /** The client-facing schema of the supergraph in force; replaced by {@link Engine.update}. */
  readonly schema: GraphQLSchema
  /** Queries and mutations. Errors of services are part of the result; rejects only for defects of the engine. */
  execute(operation: EngineOperation): Promise<ExecutionResult>
  /** The same for a client that takes what it deferred (`@defer`) in later parts; one result when nothing was. */
  executeIncrementally(operation: EngineOperation): Promise<ExecutionResult | IncrementalExecution>
  /** Subscriptions: an iterable of results, or one result with errors when the stream cannot start. */
  subscribe(operation: EngineOperation): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>
  /** Puts another supergraph in force: running operations end on the old one, live subscriptions are re-planned. */
  update(supergraphSdl: string): void
  /** Plans these operation documents ahead, in the background, now and after each {@link Engine.update}. */
  warm(documents: readonly string[]): void
  close(): Promise<void>
}
