/** How often something was tried in the current window, and when that ends. */
export interface Count {
  readonly count: number
  readonly resetsAt: Date
}

/** One try to count. */
export interface Try {
  readonly key: string
  readonly now: Date
  /** When the window ends, if this is the first try in it. */
  readonly resetsAt: Date
}

/** Where tries are counted, for all processes together. */
export interface Counters {
  /** Counts one try and tells how many there are with it: of any number at once each gets a number of its own. */
  add(attempt: Try): Promise<Count>
  remove(keys: readonly string[]): Promise<void>
  close(): Promise<void>
}
