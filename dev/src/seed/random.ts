/** Chance that falls the same way at every start, so that the demo data are the same on every machine. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  /** A whole number from `least` to `most`, both possible. */
  between(least: number, most: number): number
  pick<Item>(items: readonly Item[]): Item
  /** Some different ones, in their order. */
  some<Item>(items: readonly Item[], count: number): Item[]
  /** True this often: 0.25 is once in four. */
  chance(probability: number): boolean
  /** A UUIDv7 with the given instant in it. */
  id(at: Date): string
}

/** Mulberry32: 32 bits of state, good enough for demo data and fast. */
export const createRandom = (seed: number): Random => {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  const hex = (digits: number) => Array.from({ length: digits }, () => between(0, 15).toString(16)).join('')
  return {
    next,
    between,
    pick: (items) => items[between(0, items.length - 1)] as (typeof items)[number],
    some: (items, count) => {
      const left = items.map((item, index) => ({ item, index, rank: next() }))
      return left
        .sort((one, other) => one.rank - other.rank)
        .slice(0, count)
        .sort((one, other) => one.index - other.index)
        .map(({ item }) => item)
    },
    chance: (probability) => next() < probability,
    id: (at) => {
      const time = at.getTime().toString(16).padStart(12, '0')
      return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-${(8 + between(0, 3)).toString(16)}${hex(3)}-${hex(12)}`
    },
  }
}
