import { type SQL, sql } from 'drizzle-orm'
import { type Category, findOptionalCategory } from '../category/category.ts'
import type { Job } from './job.ts'

/** How many matches are in one part: one of the four is given, or none for all matches. */
export type JobCount = readonly [
  categoryId: string | null,
  kind: Job['budgetKind'] | null,
  duration: Job['duration'] | null,
  level: Job['level'] | null,
  count: number,
]

/** How many jobs match, and how they spread. */
export interface JobSpread {
  readonly totalCount: number
  readonly facets: {
    readonly categories: readonly { readonly category: Category; readonly count: number }[]
    readonly budgetKinds: readonly { readonly kind: Job['budgetKind']; readonly count: number }[]
    readonly durations: readonly { readonly duration: Job['duration']; readonly count: number }[]
    readonly levels: readonly { readonly level: Job['level']; readonly count: number }[]
  }
}

/** The counts of what `counted` selects, as one JSON value. */
export const countsOf = (counted: SQL): SQL => sql`(
  select json_agg(json_build_array(category_id, budget_kind, duration, level, count)) from (
    select category_id, budget_kind, duration, level, count(*) as count from ${counted} as counted
    group by grouping sets ((category_id), (budget_kind), (duration), (level), ())) as part)`

/** Counts as people read them: the most frequent first. */
export const spreadOf = (counts: readonly JobCount[]): JobSpread => {
  const by = <Index extends 0 | 1 | 2 | 3>(index: Index) =>
    counts
      .flatMap((row) => {
        const value = row[index]
        return value === null ? [] : [{ value, count: row[4] }]
      })
      .toSorted((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1))
  return {
    totalCount: counts.find((row) => row.slice(0, 4).every((value) => value === null))?.[4] ?? 0,
    facets: {
      categories: by(0).flatMap(({ value, count }) => {
        const category = findOptionalCategory(value)
        return category ? [{ category, count }] : []
      }),
      budgetKinds: by(1).map(({ value: kind, count }) => ({ kind, count })),
      durations: by(2).map(({ value: duration, count }) => ({ duration, count })),
      levels: by(3).map(({ value: level, count }) => ({ level, count })),
    },
  }
}
