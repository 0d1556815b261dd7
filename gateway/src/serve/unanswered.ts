/** Counts what has begun and is not answered yet, for an end that waits for it. */
export interface Unanswered {
  /** Something begins; call the result when it was answered. */
  begin(): () => void
  /** Resolves when everything was answered, at the latest after the deadline. */
  idle(deadlineMs: number): Promise<void>
}

export const createUnanswered = (): Unanswered => {
  let count = 0
  let onIdle: (() => void) | null = null
  return {
    begin() {
      count += 1
      return () => {
        count -= 1
        // After the answer was handed to the socket, which happens in the promise jobs that follow.
        if (count === 0) setImmediate(() => onIdle?.())
      }
    },
    idle(deadlineMs) {
      if (count === 0) return Promise.resolve()
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, deadlineMs)
        onIdle = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
  }
}
