import fc from 'fast-check'

/** Random decisions of a generator, drawn from fast-check so that a failure can be replayed by its seed. */
export interface Choices {
  /** Both ends included. */
  int(min: number, max: number): number
  chance(percent: number): boolean
  pick<T>(from: readonly [T, ...T[]] | readonly T[]): T
  /** A part of the list, in its order, of at least `min` entries. */
  some<T>(from: readonly T[], min?: number): T[]
}

/** An arbitrary of {@link Choices}. */
export const arbitraryChoices = (): fc.Arbitrary<Choices> => fc.integer().map((seed) => choicesOf(randomNumbers(seed)))

/** Numbers from 0 to 2^32 - 1, always the same for a seed (mulberry32): fast-check's own draws took a tenth of the time. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}

function choicesOf(draw: () => number): Choices {
  const int = (min: number, max: number) => min + (draw() % (max - min + 1))
  const pick = <T>(from: readonly T[]): T => {
    if (from.length === 0) throw new Error('Nothing to pick from')
    return from[int(0, from.length - 1)] as T
  }
  const chance = (percent: number) => int(1, 100) <= percent
  return {
    int,
    chance,
    pick,
    some(from, min = 0) {
      const chosen = from.filter(() => chance(50))
      return chosen.length >= min ? chosen : from.slice(0, min)
    },
  }
}
