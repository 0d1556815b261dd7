import { type Category, categoryOf } from '../category/category.ts'
import { levels } from '../seller/seller-store.ts'
import { categoryByCode, DELIVERY_BANDS, PRICE_BANDS } from './bucket.ts'

/** How many matches are in one part: exactly one of the four numbers is given, or none for all matches. */
export interface Counted {
  readonly code: number | null
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

/** How many listings match, and how they spread. */
export interface Spread {
  readonly totalCount: number
  readonly facets: GigFacets
}

/** Numbers as PostgreSQL counted them, as people read them. */
export const spreadOf = (counted: readonly Counted[]): Spread => ({
  totalCount: counted.find(isWhole)?.count ?? 0,
  facets: {
    categories: inOrder(counted, 'code')
      .toSorted(([, one], [, other]) => other - one)
      .flatMap(([code, count]) => {
        const category = categoryByCode.get(code)
        return category ? [{ category: categoryOf(category.id), count }] : []
      }),
    prices: inOrder(counted, 'price').map(([index, count]) => ({
      minMinor: PRICE_BANDS[index] ?? 0,
      belowMinor: PRICE_BANDS[index + 1] ?? null,
      count,
    })),
    deliveryDays: inOrder(counted, 'delivery').map(([index, count]) => ({
      fromDays: DELIVERY_BANDS[index] ?? 1,
      toDays: endOf(index),
      count,
    })),
    levels: inOrder(counted, 'level').map(([index, count]) => ({ level: levels[index] ?? 'NEW', count })),
  },
})

const isWhole = ({ code, price, delivery, level }: Counted): boolean =>
  code === null && price === null && delivery === null && level === null

const endOf = (index: number): number | null => {
  const next = DELIVERY_BANDS[index + 1]
  return next === undefined ? null : next - 1
}

const inOrder = (counted: readonly Counted[], key: Exclude<keyof Counted, 'count'>): [number, number][] =>
  counted
    .flatMap((row): [number, number][] => (row[key] === null ? [] : [[row[key], row.count]]))
    .toSorted(([one], [other]) => one - other)
