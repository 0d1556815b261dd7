import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql'
import type { Caller } from '../auth/index.ts'
import { formatError } from '../graphql/index.ts'
import type { Logger } from '../logging/index.ts'

/** One operation for one service, over whichever transport. */
export interface ServiceRequest {
  readonly query: string
  readonly operationName?: string | null | undefined
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined
  readonly caller: Caller
  readonly requestId: string
  readonly signal?: AbortSignal
}

/** How many different operations a service keeps parsed; the gateway's plans are few. */
const DOCUMENTS = 2_000

interface Executor {
  execute(request: ServiceRequest): Promise<ExecutionResult>
  subscribe(request: ServiceRequest): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>
}

interface ExecutorOptions {
  readonly schema: GraphQLSchema
  readonly log: Logger
  readonly createContext: (request: ServiceRequest) => object
}

const isIterable = (value: object): value is AsyncIterable<unknown> => Symbol.asyncIterator in value

/** Runs operations on a service's schema; parses and validates each text once. */
export const createExecutor = ({ schema, log, createContext }: ExecutorOptions): Executor => {
  const documents = new Map<string, DocumentNode | readonly GraphQLError[]>()

  const documentOf = (query: string): DocumentNode | readonly GraphQLError[] => {
    const known = documents.get(query)
    if (known) return known
    const prepared = prepare(schema, query)
    if (documents.size >= DOCUMENTS) documents.delete(documents.keys().next().value ?? '')
    documents.set(query, prepared)
    return prepared
  }

  const present = (result: ExecutionResult, requestId: string): ExecutionResult =>
    result.errors
      ? {
          ...result,
          errors: result.errors.map((error) => formatError(error, { log, requestId }) as unknown as GraphQLError),
        }
      : result

  const argumentsOf = (request: ServiceRequest, document: DocumentNode) => ({
    schema,
    document,
    contextValue: createContext(request),
    variableValues: request.variables ?? {},
    operationName: request.operationName ?? null,
  })

  return {
    execute: async (request) => {
      const document = documentOf(request.query)
      if (!('kind' in document)) return present({ errors: document }, request.requestId)
      return present(await execute(argumentsOf(request, document)), request.requestId)
    },
    subscribe: async (request) => {
      const document = documentOf(request.query)
      if (!('kind' in document)) return present({ errors: document }, request.requestId)
      const stream = await createSourceEventStream(argumentsOf(request, document))
      if (!isIterable(stream)) return present(stream, request.requestId)
      // A context, and so a loader's cache, per event: what an earlier event has read is old.
      return mapEvents(stream, async (rootValue) =>
        present(await execute({ ...argumentsOf(request, document), rootValue }), request.requestId),
      )
    },
  }
}

const prepare = (schema: GraphQLSchema, query: string): DocumentNode | readonly GraphQLError[] => {
  try {
    const document = parse(query)
    const errors = validate(schema, document)
    return errors.length > 0 ? errors : document
  } catch (error) {
    if (error instanceof GraphQLError) return [error]
    throw error
  }
}

/** Maps a stream without a generator: `return()` reaches the source even while a `next()` waits. */
export const mapEvents = <Event>(
  stream: AsyncIterable<Event>,
  map: (event: Event) => ExecutionResult | Promise<ExecutionResult>,
): AsyncIterableIterator<ExecutionResult> => {
  const source = stream[Symbol.asyncIterator]()
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next: async () => {
      const item = await source.next()
      return item.done ? { done: true, value: undefined } : { done: false, value: await map(item.value) }
    },
    return: async () => {
      await source.return?.()
      return { done: true, value: undefined }
    },
  }
}
