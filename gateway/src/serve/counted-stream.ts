import type { ExecutionResult } from 'graphql'
import type { GatewayMetrics, Protocol } from './metrics.ts'

type Step = IteratorResult<ExecutionResult, undefined>

/**
 * Counts a running subscription until it ends, however that comes. It also has the `throw` that graphql-sse insists on
 * before it ends a stream whose client has gone, and its `return` works while a `next` waits, as that of a generator
 * function would not.
 */
export const countStream = (
  source: AsyncIterableIterator<ExecutionResult>,
  protocol: Protocol,
  metrics: GatewayMetrics,
): AsyncIterableIterator<ExecutionResult, undefined> => {
  metrics.streamOpened(protocol)
  let isOpen = true
  const end = () => {
    if (isOpen) metrics.streamClosed(protocol)
    isOpen = false
  }
  const finish = async (): Promise<Step> => {
    end()
    await source.return?.()
    return { done: true, value: undefined }
  }
  return {
    async next(): Promise<Step> {
      try {
        const step = await source.next()
        if (step.done) end()
        return step.done ? { done: true, value: undefined } : step
      } catch (error) {
        end()
        throw error
      }
    },
    return: finish,
    throw: finish,
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
