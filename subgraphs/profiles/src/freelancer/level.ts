import type { freelancerLevels } from '../events.ts'
import type { FreelancerProfile } from './freelancer.ts'

export type FreelancerLevel = (typeof freelancerLevels)[number]

export const levelMetrics = ['ORDERS_COMPLETED', 'RATING', 'COMPLETION_RATE', 'ON_TIME_RATE'] as const
export type LevelMetric = (typeof levelMetrics)[number]

/** One number that a level asks for, with the freelancer's own beside it. */
export interface LevelStep {
  readonly metric: LevelMetric
  readonly value: number
  readonly needed: number
}

type Counts = Pick<FreelancerProfile, 'ordersCompleted' | 'ordersOnTime' | 'ordersFailed' | 'ratingCount' | 'ratingSum'>

/** What each level asks for; the first has no conditions. Rates are percent. Published with the level, so nothing is hidden. */
const conditions: readonly (readonly [FreelancerLevel, Readonly<Record<LevelMetric, number>>])[] = [
  ['TOP', { ORDERS_COMPLETED: 100, RATING: 4.8, COMPLETION_RATE: 95, ON_TIME_RATE: 95 }],
  ['ESTABLISHED', { ORDERS_COMPLETED: 20, RATING: 4.6, COMPLETION_RATE: 92, ON_TIME_RATE: 90 }],
  ['RISING', { ORDERS_COMPLETED: 3, RATING: 4.3, COMPLETION_RATE: 90, ON_TIME_RATE: 85 }],
]

const percent = (part: number, whole: number) => (whole === 0 ? 0 : Math.round((part * 1_000) / whole) / 10)

/** The numbers that levels look at. Averages have two decimals, rates one. */
export const measure = (counts: Counts): Record<LevelMetric, number> => ({
  ORDERS_COMPLETED: counts.ordersCompleted,
  RATING: counts.ratingCount === 0 ? 0 : Math.round((counts.ratingSum * 100) / counts.ratingCount) / 100,
  COMPLETION_RATE: percent(counts.ordersCompleted, counts.ordersCompleted + counts.ordersFailed),
  ON_TIME_RATE: percent(counts.ordersOnTime, counts.ordersCompleted),
})

/** The highest level whose every condition holds. */
export const levelOf = (counts: Counts): FreelancerLevel => {
  const values = measure(counts)
  const reached = conditions.find(([, needed]) => levelMetrics.every((metric) => values[metric] >= needed[metric]))
  return reached?.[0] ?? 'NEW'
}

/** What the next level asks for; for the highest, what keeps it. */
export const explainLevel = (level: FreelancerLevel, counts: Counts): LevelStep[] => {
  const values = measure(counts)
  const position = conditions.findIndex(([name]) => name === level)
  const [, needed] = conditions[position === -1 ? conditions.length - 1 : Math.max(0, position - 1)] ?? []
  return needed ? levelMetrics.map((metric) => ({ metric, value: values[metric], needed: needed[metric] })) : []
}
