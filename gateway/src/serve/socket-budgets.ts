/** Counts things per owner, up to a limit. */
export interface Tally {
  /** Takes one for `owner`; `false` when it has as many as it may. */
  take(owner: string): boolean
  giveBack(owner: string): void
}

export const createTally = (limit: number): Tally => {
  const counts = new Map<string, number>()
  return {
    take(owner) {
      const count = counts.get(owner) ?? 0
      if (count >= limit) return false
      counts.set(owner, count + 1)
      return true
    },
    giveBack(owner) {
      const count = counts.get(owner) ?? 0
      if (count <= 1) counts.delete(owner)
      else counts.set(owner, count - 1)
    },
  }
}

/** A bucket of tokens that fills evenly, and is full at first. */
export interface MessageBudget {
  /** Takes one; `false` when none is left. */
  take(): boolean
}

export const createMessageBudget = (
  perMinute: number,
  now: () => number = performance.now.bind(performance),
): MessageBudget => {
  let left = perMinute
  let filledAt = now()
  return {
    take() {
      if (!Number.isFinite(perMinute)) return true
      const at = now()
      left = Math.min(perMinute, left + ((at - filledAt) / 60_000) * perMinute)
      filledAt = at
      if (left < 1) return false
      left -= 1
      return true
    },
  }
}
