import { type Database, rows } from '@gigraph/shared/database'
import { type SQL, sql } from 'drizzle-orm'
import type { FreelancerLevel } from './level.ts'

/** How many freelancers match, and how they spread. */
export interface FreelancerSpread {
  readonly totalCount: number
  readonly levels: readonly { readonly level: FreelancerLevel; readonly count: number }[]
  /** By ISO 3166 code. */
  readonly countries: readonly { readonly code: string; readonly count: number }[]
}

interface Counted {
  readonly level: FreelancerLevel | null
  readonly country: string | null
  /** Which of the two it is counted by: 1 level, 2 country, 3 neither. */
  readonly by: number
  readonly count: number
}

/** Counts all matches; `from` is what follows FROM, conditions included. */
export const countFreelancers = async (db: Database, from: SQL): Promise<FreelancerSpread> => {
  const counted = await rows<Counted>(
    db,
    sql`select level, country, grouping(level, country) as by, count(*)::int as count from ${from}
        group by grouping sets ((level), (country), ()) order by count desc, level, country`,
  )
  return {
    totalCount: counted.find(({ by }) => by === 3)?.count ?? 0,
    levels: counted.flatMap(({ level, count }) => (level === null ? [] : [{ level, count }])),
    countries: counted.flatMap(({ country, count }) => (country === null ? [] : [{ code: country, count }])),
  }
}
