interface SharedCall<T> {
  readonly result: Promise<T>
  readonly controller: AbortController
  waiting: number
}

/** Lets callers that ask the same thing at the same time share one call. */
export class InFlight<T> {
  readonly #calls = new Map<string, SharedCall<T>>()

  /** The result of the call under `key`, started if none is under way; aborted when all of its callers have gone. */
  share(key: string, start: (signal: AbortSignal) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    let call = this.#calls.get(key)
    if (call === undefined) {
      const controller = new AbortController()
      const result = start(controller.signal).finally(() => {
        if (this.#calls.get(key)?.result === result) this.#calls.delete(key)
      })
      call = { result, controller, waiting: 0 }
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
        if (call.waiting === 0) {
          this.#calls.delete(key)
          call.controller.abort(signal.reason)
        }
        reject(signal.reason)
      }
      if (signal.aborted) leave()
      else signal.addEventListener('abort', leave, { once: true })
      call.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
    })
  }
}
