/** One thing that a complete profile has, and how much it counts. */
interface Part {
  readonly name: string
  readonly weight: number
  readonly done: boolean
}

/** How complete a profile is: percent, and what is still missing, the weightiest first. */
export interface Completeness {
  readonly percent: number
  readonly missing: string[]
}

/** Adds up the parts; their weights need not sum to 100. */
export const completeness = (parts: readonly Part[]): Completeness => {
  const total = parts.reduce((sum, part) => sum + part.weight, 0)
  const done = parts.reduce((sum, part) => sum + (part.done ? part.weight : 0), 0)
  const missing = parts.filter((part) => !part.done).toSorted((one, other) => other.weight - one.weight)
  return { percent: Math.floor((done * 100) / total), missing: missing.map((part) => part.name) }
}
