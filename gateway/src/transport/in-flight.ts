import { abortListeners } from './abort-listeners.ts'
import { Cancellation } from './cancellation.ts'

interface SharedCall<T> {
  readonly result: Promise<T>
  readonly cancellation: Cancellation
  waiting: number
}

/** Lets callers that ask the same thing at the same time share one call. */
export class InFlight<T> {
  readonly #calls = new Map<string, SharedCall<T>>()

  /** The result of the call under `key`, started if none is under way; cancelled when all of its callers have gone. */
  share(key: string, start: (cancellation: Cancellation) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    let call = this.#calls.get(key)
    if (call === undefined) {
      const cancellation = new Cancellation()
      call = { result: start(cancellation), cancellation, waiting: 0 }
      const forget = () => this.#forget(key, cancellation)
      call.result.then(forget, forget)
      this.#calls.set(key, call)
    }
    return this.#wait(key, call, signal)
  }

  #wait(key: string, call: SharedCall<T>, signal: AbortSignal | undefined): Promise<T> {
    call.waiting++
    if (signal === undefined) return call.result
    return new Promise((resolve, reject) => {
      const leave = () => {
        call.waiting--
        reject(signal.reason)
        if (call.waiting > 0) return
        this.#forget(key, call.cancellation)
        call.cancellation.cancel()
      }
      if (signal.aborted) {
        leave()
        return
      }
      const listeners = abortListeners(signal)
      listeners.add(leave)
      call.result.then(
        (value) => {
          listeners.delete(leave)
          resolve(value)
        },
        (error) => {
          listeners.delete(leave)
          reject(error)
        },
      )
    })
  }

  /** Only the call itself: under its key there may be a newer one. */
  #forget(key: string, cancellation: Cancellation): void {
    if (this.#calls.get(key)?.cancellation === cancellation) this.#calls.delete(key)
  }
}
