import { GraphQLError } from 'graphql'

/** When an operation is given up. */
export interface Deadline {
  /** Aborted when time is up, or by {@link abort}. */
  readonly signal: AbortSignal
  /** Gives the operation up before its time. */
  abort(reason: unknown): void
  /** Must be called when the operation has ended. */
  clear(): void
}

/** Starts the time of one operation. */
export const startDeadline = (timeoutMs: number): Deadline => {
  const controller = new AbortController()
  const onTimeout = () =>
    controller.abort(
      new GraphQLError(`The operation took longer than ${timeoutMs / 1000} s.`, {
        extensions: { code: 'TIMEOUT', http: { status: 504 } },
      }),
    )
  const timer = Number.isFinite(timeoutMs) ? setTimeout(onTimeout, timeoutMs) : undefined
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    clear: () => clearTimeout(timer),
  }
}
