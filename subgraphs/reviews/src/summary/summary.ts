import type { Aspect } from '../review/review.ts'
import type { summaries } from '../tables.ts'

/** What a summary is of: a gig, a person as seller or as buyer, a tool. */
export type SummaryKind = (typeof summaries.$inferSelect)['kind']

/** Counts of visible reviews. */
export interface Summary {
  /** How many gave 1, 2, 3, 4, 5 stars. */
  readonly stars: readonly number[]
  readonly aspects: Readonly<Partial<Record<Aspect, { readonly count: number; readonly sum: number }>>>
}

export const emptySummary: Summary = { stars: [0, 0, 0, 0, 0], aspects: {} }

/** The prior of the score, the same as where gigs and freelancers are sorted: this many reviews with this mean. */
const PRIOR_COUNT = 5
const PRIOR_MEAN = 4

export const countOf = ({ stars }: Summary): number => stars.reduce((sum, count) => sum + count, 0)
export const sumOf = ({ stars }: Summary): number => stars.reduce((sum, count, index) => sum + count * (index + 1), 0)

/** The Bayesian mean: few reviews move it little. */
export const scoreOf = (summary: Summary): number =>
  (sumOf(summary) + PRIOR_COUNT * PRIOR_MEAN) / (countOf(summary) + PRIOR_COUNT)

/** The summary with one rating more (`1`) or less (`-1`). */
export const withRating = (
  summary: Summary,
  { rating, aspects }: { readonly rating: number; readonly aspects: Partial<Record<string, number>> },
  change: 1 | -1,
): Summary => {
  const changed: Record<string, { count: number; sum: number }> = { ...summary.aspects }
  for (const [aspect, value = 0] of Object.entries(aspects)) {
    const { count, sum } = changed[aspect] ?? { count: 0, sum: 0 }
    changed[aspect] = { count: count + change, sum: sum + change * value }
  }
  return {
    stars: summary.stars.map((count, index) => (index + 1 === rating ? count + change : count)),
    aspects: Object.fromEntries(Object.entries(changed).filter(([, { count }]) => count > 0)),
  }
}
