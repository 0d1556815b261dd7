const LISTENERS = Symbol('listeners')

/** The signal carries them: a `WeakMap` would keep all that they know until the next full collection. */
interface ListenedSignal extends AbortSignal {
  [LISTENERS]?: Set<() => void>
}

/**
 * What is called when a signal is aborted: add to it, and delete what need not know any more. One DOM listener per signal,
 * however many wait for it one after the other: adding and removing one costs as much as a whole small step of a request.
 */
export function abortListeners(signal: ListenedSignal): Set<() => void> {
  const known = signal[LISTENERS]
  if (known !== undefined) return known
  const listeners = new Set<() => void>()
  signal[LISTENERS] = listeners
  signal.addEventListener(
    'abort',
    () => {
      for (const listener of listeners) listener()
    },
    { once: true },
  )
  return listeners
}
