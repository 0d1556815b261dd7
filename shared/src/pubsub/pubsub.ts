/** Tells other processes of the same service that something happened: for live subscriptions, not for effects that must survive. */
export interface PubSub {
  /** Ids, not contents: at most 7 kB as JSON. Resolves when the message is on its way. */
  publish(topic: string, payload: unknown): Promise<void>
  /** What is published from now on. `return()` frees everything. */
  subscribe<Payload>(topic: string): AsyncIterableIterator<Payload>
  /** Resolves when messages of other processes arrive. */
  ready(): Promise<void>
  close(): Promise<void>
}

/** What carries messages between processes. */
export interface PubSubChannel {
  send(message: string): Promise<void>
  close(): Promise<void>
}

/** More than this many messages that a reader has not taken end its subscription: it can catch up by cursor. */
const BACKLOG = 1_000

type Listener = (payload: unknown) => void

/** Spreads one stream of messages to the topics' subscribers in this process. */
export const createHub = () => {
  const topics = new Map<string, Set<Listener>>()
  const ends = new Set<() => void>()

  const subscribe = <Payload>(topic: string): AsyncIterableIterator<Payload> => {
    const backlog: Payload[] = []
    let waiting: ((result: IteratorResult<Payload>) => void) | null = null
    let open = true
    const listener: Listener = (payload) => {
      if (waiting) waiting({ done: false, value: payload as Payload })
      else if (backlog.length < BACKLOG) backlog.push(payload as Payload)
      else end()
      waiting = null
    }
    const end = () => {
      open = false
      const listeners = topics.get(topic)
      listeners?.delete(listener)
      if (listeners?.size === 0) topics.delete(topic)
      ends.delete(end)
      waiting?.({ done: true, value: undefined })
      waiting = null
    }
    topics.set(topic, (topics.get(topic) ?? new Set()).add(listener))
    ends.add(end)

    return {
      [Symbol.asyncIterator]() {
        return this
      },
      next: () => {
        const first = backlog.shift()
        if (first !== undefined) return Promise.resolve({ done: false, value: first })
        if (!open) return Promise.resolve({ done: true, value: undefined })
        return new Promise((resolve) => {
          waiting = resolve
        })
      },
      return: () => {
        end()
        return Promise.resolve({ done: true, value: undefined })
      },
    }
  }

  return {
    subscribe,
    /** Hands a message from the channel to the topic's subscribers. */
    deliver: (message: string) => {
      const { topic, payload } = JSON.parse(message) as { topic: string; payload: unknown }
      for (const listener of [...(topics.get(topic) ?? [])]) listener(payload)
    },
    endAll: () => {
      for (const end of [...ends]) end()
    },
    size: () => ends.size,
  }
}
