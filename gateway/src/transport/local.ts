import type { ExecutionResult, GraphQLFormattedError } from 'graphql'
import { GraphQLError } from 'graphql'
import type { SubgraphRequest, SubgraphResponse, SubgraphTransport } from './transport.ts'

/** One operation for a service in this process. */
export interface LocalRequest {
  readonly query: string
  readonly operationName?: string
  readonly variables?: Readonly<Record<string, unknown>>
  /** The caller as the serving layer authenticated it (`RequestContext.identity`). */
  readonly viewer: unknown
  readonly requestId: string
  /** The browser's cookies of this service. */
  readonly cookies?: Readonly<Record<string, string>>
  /** Aborted when the client goes away; for a subscription also when it ends. */
  readonly signal?: AbortSignal
}

/**
 * A service in this process. `query` texts are constants of compiled plans, so a service may key its document cache on them.
 * `data` must be the caller's own: the executor merges into it.
 */
export interface LocalService {
  execute(request: LocalRequest): Promise<ExecutionResult>
  subscribe(request: LocalRequest): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>
}

/** The way to a service in this process: no HTTP, no JSON. */
export function createLocalTransport(service: LocalService): SubgraphTransport {
  return {
    async execute(request) {
      try {
        return toResponse(await service.execute(toLocal(request)))
      } catch (error) {
        return failure(error)
      }
    },
    subscribe: (request) => localStream(service, toLocal(request)),
    async ping() {},
    async close() {},
  }
}

function toLocal({ query, operationName, variables, context }: SubgraphRequest): LocalRequest {
  return {
    query,
    viewer: context.identity,
    requestId: context.requestId,
    ...(context.cookies === undefined ? {} : { cookies: context.cookies.values }),
    ...(operationName === undefined ? {} : { operationName }),
    ...(variables === undefined ? {} : { variables }),
    ...(context.signal === undefined ? {} : { signal: context.signal }),
  }
}

function localStream(service: LocalService, request: LocalRequest): AsyncIterableIterator<SubgraphResponse> {
  const done: IteratorReturnResult<undefined> = { done: true, value: undefined }
  const ending = new AbortController()
  const signal = request.signal === undefined ? ending.signal : AbortSignal.any([ending.signal, request.signal])
  let source: AsyncIterator<ExecutionResult> | undefined
  let release: ((result: IteratorResult<SubgraphResponse>) => void) | undefined
  const open = async (): Promise<AsyncIterator<ExecutionResult>> => {
    const started = await service.subscribe({ ...request, signal })
    const iterator = Symbol.asyncIterator in started ? started[Symbol.asyncIterator]() : once(started)
    if (ending.signal.aborted) closeQuietly(iterator)
    return iterator
  }
  const advance = async (): Promise<IteratorResult<SubgraphResponse>> => {
    try {
      source ??= await open()
      const step = await source.next()
      return step.done === true ? done : { done: false, value: toResponse(step.value) }
    } catch (error) {
      source = once<ExecutionResult>()
      return ending.signal.aborted ? done : { done: false, value: failure(error) }
    }
  }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next() {
      if (ending.signal.aborted) return Promise.resolve(done)
      // A waiting next() must end with return(), even when the service's own iterator would keep it waiting.
      return new Promise((resolve) => {
        release = resolve
        void advance().then(resolve)
      })
    },
    return() {
      ending.abort()
      release?.(done)
      if (source !== undefined) closeQuietly(source)
      return Promise.resolve(done)
    },
  }
}

/** An async generator that waits for its next event cannot return before it: nobody waits for that, or for its failure. */
function closeQuietly(iterator: AsyncIterator<unknown>): void {
  iterator.return?.()?.catch(() => undefined)
}

async function* once<T>(...values: T[]): AsyncGenerator<T, undefined> {
  yield* values
}

function toResponse({ data, errors, extensions }: ExecutionResult): SubgraphResponse {
  return {
    ...(data === undefined ? {} : { data }),
    ...(errors === undefined || errors.length === 0 ? {} : { errors: errors.map(formatError) }),
    ...(extensions === undefined ? {} : { extensions }),
  }
}

function formatError(error: GraphQLError | GraphQLFormattedError): GraphQLFormattedError {
  return error instanceof GraphQLError ? error.toJSON() : error
}

function failure(error: unknown): SubgraphResponse {
  const message = error instanceof Error ? error.message : String(error)
  return { errors: [{ message, extensions: { code: 'SERVICE_UNAVAILABLE' } }] }
}
