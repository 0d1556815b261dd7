/** A stream of what `source` says as far as it matters; `return()` reaches the source even while a `next()` waits. */
export const filterStream = <Item>(
  source: AsyncIterableIterator<Item>,
  matters: (item: Item) => boolean,
): AsyncIterableIterator<Item> => ({
  [Symbol.asyncIterator]() {
    return this
  },
  next: async () => {
    while (true) {
      const step = await source.next()
      if (step.done || matters(step.value)) return step
    }
  },
  return: () => endOf(source),
})

/** The same stream with other items. */
export const mapStream = <Item, Mapped>(
  source: AsyncIterableIterator<Item>,
  map: (item: Item) => Mapped,
): AsyncIterableIterator<Mapped> => ({
  [Symbol.asyncIterator]() {
    return this
  },
  next: async () => {
    const step = await source.next()
    return step.done ? step : { done: false, value: map(step.value) }
  },
  return: () => endOf(source),
})

/**
 * Whatever either says, in the order in which it comes; over when one of them is. Without `Promise.race`: each round of it would leave
 * something behind at the source that says nothing for days.
 */
export const mergeStreams = <Item>(
  one: AsyncIterableIterator<Item>,
  other: AsyncIterableIterator<Item>,
): AsyncIterableIterator<Item> => {
  const sources = [one, other]
  const idle = new Set(sources)
  const arrived: { source: AsyncIterableIterator<Item>; step: Promise<IteratorResult<Item>> }[] = []
  let wake = (): void => undefined
  const ask = (source: AsyncIterableIterator<Item>): void => {
    idle.delete(source)
    const step = source.next()
    const arrive = () => {
      arrived.push({ source, step })
      wake()
    }
    step.then(arrive, arrive)
  }
  const end = () => Promise.all(sources.map(endOf))
  const nextArrival = async () => {
    for (;;) {
      const first = arrived.shift()
      if (first) return first
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next: async () => {
      for (const source of idle) ask(source)
      const { source, step } = await nextArrival()
      idle.add(source)
      const result = await step
      if (result.done) await end()
      return result
    },
    return: async () => {
      await end()
      return { done: true, value: undefined }
    },
  }
}

const endOf = async (source: AsyncIterableIterator<unknown>): Promise<IteratorReturnResult<undefined>> => {
  await source.return?.()
  return { done: true, value: undefined }
}

/**
 * A stream of numbered things without gaps and repetitions: each signal of `source` only says that there may be more, `read`
 * then gets everything after the last number. A signal that was lost, came twice or out of order changes nothing.
 *
 * @param from the last number that the receiver has
 */
export const followSequence = <Item extends { readonly sequence: number }>(
  source: AsyncIterableIterator<unknown>,
  from: number,
  read: (after: number) => Promise<readonly Item[]>,
): AsyncIterableIterator<Item> => {
  const waiting: Item[] = []
  let last = from
  let caughtUp = false

  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next: async () => {
      while (waiting.length === 0) {
        if (caughtUp) {
          const step = await source.next()
          if (step.done) return { done: true, value: undefined }
        }
        waiting.push(...(await read(last)))
        // Having read something, read on before waiting: there may be more than one batch.
        caughtUp = waiting.length === 0
      }
      const value = waiting.shift() as Item
      last = value.sequence
      return { done: false, value }
    },
    return: () => endOf(source),
  }
}
