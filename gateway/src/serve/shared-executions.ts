import type { ExecutionResult } from 'graphql'
import { abortListeners } from '../transport/abort-listeners.ts'

interface Execution {
  readonly result: Promise<ExecutionResult>
  readonly controller: AbortController
  waiting: number
}

/** Lets identical queries that are in flight together share one execution. Its result must not be changed. */
export class SharedExecutions {
  readonly #executions = new Map<string, Execution>()

  /**
   * The result of the execution under `key`, started if none is in flight.
   * @param start gets a signal that is aborted when everybody who waits has gone
   * @param signal of the one who asks; rejects with its reason
   */
  share(
    key: string,
    start: (signal: AbortSignal) => Promise<ExecutionResult>,
    signal: AbortSignal,
  ): Promise<ExecutionResult> {
    let execution = this.#executions.get(key)
    if (!execution) {
      const controller = new AbortController()
      execution = { result: start(controller.signal), controller, waiting: 0 }
      this.#executions.set(key, execution)
    }
    return this.#wait(key, execution, signal)
  }

  #wait(key: string, execution: Execution, signal: AbortSignal): Promise<ExecutionResult> {
    execution.waiting += 1
    return new Promise((resolve, reject) => {
      const listeners = abortListeners(signal)
      const leave = () => {
        execution.waiting -= 1
        reject(signal.reason)
        if (execution.waiting > 0) return
        this.#forget(key, execution)
        execution.controller.abort(signal.reason)
      }
      const settle = (done: () => void) => {
        listeners.delete(leave)
        this.#forget(key, execution)
        done()
      }
      execution.result.then(
        (result) => settle(() => resolve(result)),
        (error) => settle(() => reject(error)),
      )
      if (signal.aborted) leave()
      else listeners.add(leave)
    })
  }

  /** Only this execution: under its key there may be a newer one. */
  #forget(key: string, execution: Execution): void {
    if (this.#executions.get(key) === execution) this.#executions.delete(key)
  }
}
