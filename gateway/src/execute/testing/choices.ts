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
export const arbitraryChoices = (): fc.Arbitrary<Choices> => fc.gen().map((draw) => choicesOf(draw))

// One arbitrary for everything: fast-check compares the arguments of each draw with those of all before.
const word = () => fc.nat(0xff_ff_ff)

function choicesOf(draw: fc.GeneratorValue): Choices {
  const int = (min: number, max: number) => min + (draw(word) % (max - min + 1))
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
