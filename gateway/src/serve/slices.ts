/** Longer than this (ms) no slice keeps others waiting. */
const SLICE_MS = 4

/** Does work that may wait, a slice per turn of the event loop, so that requests come in between. */
export interface Slices {
  /** `work` must not throw. In order; soon, but not at once. */
  add(work: () => void): void
}

export const createSlices = (now: () => number = performance.now.bind(performance)): Slices => {
  let waiting: (() => void)[] = []
  let next = 0
  const run = () => {
    const until = now() + SLICE_MS
    while (next < waiting.length && now() < until) waiting[next++]?.()
    if (next < waiting.length) setImmediate(run)
    else {
      waiting = []
      next = 0
    }
  }
  return {
    add(work) {
      waiting.push(work)
      if (waiting.length === 1) setImmediate(run)
    },
  }
}
