const listenersOf = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * What is called when a signal is aborted: add to it, and delete what need not know any more. One DOM listener per signal,
 * however many wait for it one after the other: adding and removing one costs as much as a whole small step of a request.
 */
export function abortListeners(signal: AbortSignal): Set<() => void> {
  let listeners = listenersOf.get(signal)
  if (listeners === undefined) {
    const own = new Set<() => void>()
    listeners = own
    listenersOf.set(signal, own)
    signal.addEventListener(
      'abort',
      () => {
        for (const listener of own) listener()
      },
      { once: true },
    )
  }
  return listeners
}
