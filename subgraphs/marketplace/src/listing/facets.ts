import { type Database, rows } from '@gigraph/shared/database'
import { type SQL, sql } from 'drizzle-orm'
import { type Category, categoryOf } from '../category/category.ts'
import { levels } from '../seller/seller-store.ts'
import { listings } from '../tables.ts'
import { conditionsOf, type Wanted } from './conditions.ts'

/** Where bands of prices begin, in cents of USD. */
const PRICE_BANDS = [0, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000] as const
/** Where bands of delivery days begin. */
const DELIVERY_BANDS = [1, 2, 4, 8, 15] as const

interface Counted {
  readonly category_id: string | null
  readonly price: number | null
  readonly delivery: number | null
  readonly level: number | null
  readonly count: number
}

/** How matches spread over each of the things that people filter by. */
export interface GigFacets {
  readonly categories: readonly { readonly category: Category; readonly count: number }[]
  readonly prices: readonly { readonly minMinor: number; readonly belowMinor: number | null; readonly count: number }[]
  readonly deliveryDays: readonly {
    readonly fromDays: number
    readonly toDays: number | null
    readonly count: number
  }[]
  readonly levels: readonly { readonly level: (typeof levels)[number]; readonly count: number }[]
}

/** How many listings match, and how they spread: one pass over them. */
export interface Spread {
  readonly totalCount: number
  readonly facets: GigFacets
}

const band = (value: SQL, starts: readonly number[]) =>
  sql`width_bucket(${value}, array[${sql.raw(starts.join(', '))}]::bigint[])`

/** Counts what matches words and filter. */
export const countMatches = async (db: Database, wanted: Wanted): Promise<Spread> => {
  const conditions = conditionsOf(wanted)
  const counted = await rows<Counted>(
    db,
    sql`select category_id, price, delivery, level, count(*)::int as count
        from (
          select ${listings.categoryId}, ${listings.level}::int as level,
            ${band(sql`${listings.priceMinor}`, PRICE_BANDS)} as price,
            ${band(sql`${listings.deliveryDays}::bigint`, DELIVERY_BANDS)} as delivery
          from ${listings} ${conditions ? sql`where ${conditions}` : sql``}
        ) as matched
        group by grouping sets ((category_id), (price), (delivery), (level), ())`,
  )
  const byCount = (one: Counted, other: Counted) => other.count - one.count
  const withoutGroup = ({ category_id, price, delivery, level }: Counted) =>
    category_id === null && price === null && delivery === null && level === null
  return {
    totalCount: counted.find(withoutGroup)?.count ?? 0,
    facets: {
      categories: counted
        .filter((row) => row.category_id !== null)
        .toSorted(byCount)
        .map((row) => ({ category: categoryOf(row.category_id ?? ''), count: row.count })),
      prices: inOrder(counted, 'price').map(([index, count]) => ({
        minMinor: PRICE_BANDS[index] ?? 0,
        belowMinor: PRICE_BANDS[index + 1] ?? null,
        count,
      })),
      deliveryDays: inOrder(counted, 'delivery').map(([index, count]) => ({
        fromDays: DELIVERY_BANDS[index] ?? 1,
        toDays: nextOf(DELIVERY_BANDS, index),
        count,
      })),
      levels: inOrder(counted, 'level').map(([index, count]) => ({ level: levels[index] ?? 'NEW', count })),
    },
  }
}

const nextOf = (starts: readonly number[], index: number): number | null => {
  const next = starts[index + 1]
  return next === undefined ? null : next - 1
}

/** Bands by number, as PostgreSQL counts them: from 1. */
const inOrder = (counted: readonly Counted[], key: 'price' | 'delivery' | 'level'): [number, number][] =>
  counted
    .flatMap((row): [number, number][] => (row[key] === null ? [] : [[row[key] - 1, row.count]]))
    .toSorted(([one], [other]) => one - other)
