/** A stream that tests feed by hand. */
export class Events<T> {
  readonly #listeners = new Set<(value: T) => void>()

  /** How many are listening. */
  get listeners(): number {
    return this.#listeners.size
  }

  emit(value: T): void {
    for (const listener of this.#listeners) listener(value)
  }

  listen(): AsyncIterableIterator<T> {
    const waiting: ((step: IteratorResult<T>) => void)[] = []
    const values: T[] = []
    let isOpen = true
    const listener = (value: T) => {
      const waiter = waiting.shift()
      if (waiter) waiter({ done: false, value })
      else values.push(value)
    }
    this.#listeners.add(listener)
    const end = () => {
      isOpen = false
      this.#listeners.delete(listener)
      for (const waiter of waiting.splice(0)) waiter({ done: true, value: undefined })
    }
    return {
      next: () =>
        new Promise((resolve) => {
          const value = values.shift()
          if (value !== undefined) resolve({ done: false, value })
          else if (isOpen) waiting.push(resolve)
          else resolve({ done: true, value: undefined })
        }),
      return: async () => {
        end()
        return { done: true, value: undefined }
      },
      [Symbol.asyncIterator]() {
        return this
      },
    }
  }
}
