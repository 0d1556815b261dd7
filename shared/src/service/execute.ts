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
import type { Caller, CookieValues } from '../auth/index.ts'
import { formatError, unstorableLiterals, unstorableVariables } from '../graphql/index.ts'
import type { Logger } from '../logging/index.ts'
import { type BrowserCookies, openCookies } from './browser-cookies.ts'

/** One operation for one service, over whichever transport. */
export interface ServiceRequest {
  readonly query: string
  readonly operationName?: string | null | undefined
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined
  readonly caller: Caller
  readonly requestId: string
  /** The browser's cookies of this service; absent unless the client wants secrets kept there. */
  readonly cookies?: CookieValues | undefined
  readonly signal?: AbortSignal
}

/** How many different operations a service keeps parsed; the gateway's plans are few. */
const DOCUMENTS = 2_000

interface Executor {
  execute(request: ServiceRequest): Promise<ExecutionResult>
  subscribe(request: ServiceRequest): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>
}

/** Where an operation comes from. */
interface Origin {
  readonly requestId: string
  readonly caller: Caller
  readonly cookies: BrowserCookies | null
}

interface ExecutorOptions {
  readonly schema: GraphQLSchema
  readonly log: Logger
  readonly createContext: (origin: Origin) => object
  /** Runs what one event of a subscription causes. */
  readonly aroundEvent: (request: ServiceRequest, run: () => Promise<ExecutionResult>) => Promise<ExecutionResult>
}

const isIterable = (value: object): value is AsyncIterable<unknown> => Symbol.asyncIterator in value

/** Runs operations on a service's schema; parses and validates each text once. */
export const createExecutor = ({ schema, log, createContext, aroundEvent }: ExecutorOptions): Executor => {
  const documents = new Map<string, DocumentNode | readonly GraphQLError[]>()

  const preparedOf = (query: string): DocumentNode | readonly GraphQLError[] => {
    const known = documents.get(query)
    if (known) return known
    const prepared = prepare(schema, query)
    if (documents.size >= DOCUMENTS) documents.delete(documents.keys().next().value ?? '')
    documents.set(query, prepared)
    return prepared
  }

  const documentOf = ({ query, variables }: ServiceRequest): DocumentNode | readonly GraphQLError[] => {
    const refused = unstorableVariables(variables ?? {})
    return refused ? [refused] : preparedOf(query)
  }

  const present = (result: ExecutionResult, requestId: string): ExecutionResult =>
    result.errors
      ? {
          ...result,
          errors: result.errors.map((error) => formatError(error, { log, requestId }) as unknown as GraphQLError),
        }
      : result

  const argumentsOf = (request: ServiceRequest, document: DocumentNode, cookies: BrowserCookies | null = null) => ({
    schema,
    document,
    contextValue: createContext({ requestId: request.requestId, caller: request.caller, cookies }),
    variableValues: request.variables ?? {},
    operationName: request.operationName ?? null,
  })

  return {
    execute: async (request) => {
      const document = documentOf(request)
      if (!('kind' in document)) return present({ errors: document }, request.requestId)
      if (!request.cookies) return present(await execute(argumentsOf(request, document)), request.requestId)
      const cookies = openCookies(request.cookies)
      const result = present(await execute(argumentsOf(request, document, cookies)), request.requestId)
      return { ...result, extensions: { ...result.extensions, cookies: cookies.changes() } }
    },
    subscribe: async (request) => {
      const document = documentOf(request)
      if (!('kind' in document)) return present({ errors: document }, request.requestId)
      const stream = await createSourceEventStream(argumentsOf(request, document))
      if (!isIterable(stream)) return present(stream, request.requestId)
      // A context, and so a loader's cache, per event: what an earlier event has read is old.
      return mapEvents(stream, (rootValue) =>
        aroundEvent(request, async () =>
          present(await execute({ ...argumentsOf(request, document), rootValue }), request.requestId),
        ),
      )
    },
  }
}

const prepare = (schema: GraphQLSchema, query: string): DocumentNode | readonly GraphQLError[] => {
  try {
    const document = parse(query)
    const errors = validate(schema, document)
    if (errors.length > 0) return errors
    const refused = unstorableLiterals(document)
    return refused ? [refused] : document
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
