/** An async iterator that is fed from outside, as a socket does. Bounded: a reader that never comes costs `limit` values. */
export class PushStream<T> implements AsyncIterableIterator<T> {
  readonly #limit: number
  readonly #onReturn: () => void
  readonly #queue: T[] = []
  #waiting: ((result: IteratorResult<T>) => void) | undefined
  #finished = false

  constructor({ limit, onReturn }: { limit: number; onReturn: () => void }) {
    this.#limit = limit
    this.#onReturn = onReturn
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** Hands a value to the reader, or keeps it. False when the reader is `limit` values behind and this one was dropped. */
  push(value: T): boolean {
    if (this.#finished) return true
    if (this.#waiting !== undefined) {
      const deliver = this.#waiting
      this.#waiting = undefined
      deliver({ done: false, value })
      return true
    }
    if (this.#queue.length >= this.#limit) return false
    this.#queue.push(value)
    return true
  }

  /** No more values; what is queued is still read, and after it `last`, however much there is. */
  finish(last?: T): void {
    if (this.#finished) return
    this.#finished = true
    const deliver = this.#waiting
    this.#waiting = undefined
    if (deliver !== undefined)
      deliver(last === undefined ? { done: true, value: undefined } : { done: false, value: last })
    else if (last !== undefined) this.#queue.push(last)
  }

  next(): Promise<IteratorResult<T>> {
    const value = this.#queue.shift()
    if (value !== undefined) return Promise.resolve({ done: false, value })
    if (this.#finished) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve) => {
      this.#waiting = resolve
    })
  }

  return(): Promise<IteratorResult<T>> {
    this.#queue.length = 0
    if (!this.#finished) {
      this.finish()
      this.#onReturn()
    }
    return Promise.resolve({ done: true, value: undefined })
  }
}
