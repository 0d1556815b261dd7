import { type Database, rows } from '@gigraph/shared/database'
import {
  type Connection,
  type ConnectionArguments,
  type OrderKey,
  type PageQuery,
  paginate,
} from '@gigraph/shared/graphql'
import { and, type SQL, sql } from 'drizzle-orm'
import { doublePrecision, type PgColumn, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { GigSort } from '../__generated__/schema.ts'
import { listings } from '../tables.ts'
import { partsOfBucket } from './bucket.ts'
import { conditionsOf, type Wanted, wordsOf } from './conditions.ts'
import { type Counted, type Spread, spreadOf } from './facets.ts'

/** A match: its id and what it is sorted by, a number or an instant as text. */
interface Match {
  readonly gigId: string
  readonly position: number | string
}

interface Search {
  readonly wanted: Wanted
  readonly sort: GigSort
  /** Whether to count all matches too. */
  readonly counting: boolean
}

interface Answer {
  readonly page: [gigId: string, position: number | string][] | null
  readonly counts: [code: number | null, number | null, number | null, number | null, count: number][] | null
}

/** A name for the statement's own intermediate result. */
const matched = pgTable('matched', { position: doublePrecision('position'), gigId: uuid('gig_id') })

const indexed: Readonly<Record<GigSort, readonly [PgColumn, 'asc' | 'desc']>> = {
  RELEVANCE: [listings.quality, 'desc'],
  NEWEST: [listings.publishedAt, 'desc'],
  PRICE_ASC: [listings.priceMinor, 'asc'],
  PRICE_DESC: [listings.priceMinor, 'desc'],
  RATING: [listings.rating, 'desc'],
  BEST_SELLING: [listings.sales, 'desc'],
}

const keysOf = (column: PgColumn, id: PgColumn, direction: 'asc' | 'desc', name: string): OrderKey<Match>[] => [
  { column, direction, name, of: ({ position }) => (column.dataType === 'date' ? new Date(position) : position) },
  { column: id, direction, of: ({ gigId }) => gigId },
]

const whereOf = (condition: SQL | undefined): SQL => (condition ? sql`where ${condition}` : sql``)

const pageOf = (from: SQL, position: SQL, condition: SQL | undefined, { orderBy, limit }: PageQuery): SQL =>
  sql`page as materialized (
    select gig_id, ${position} as position from ${from} ${whereOf(condition)}
    order by ${sql.join(orderBy, sql`, `)} limit ${limit})`

/** What a match is sorted by when there are words: a number in every order. */
const positionOf = (sort: GigSort, text: string): SQL => {
  const [column] = indexed[sort]
  // What has a word in the title comes before what has it in the tags, then in the description.
  if (sort === 'RELEVANCE')
    return sql`round(ts_rank(${listings.heading}, ${wordsOf(text)}) * 4000) + ${listings.quality}`
  return sort === 'NEWEST' ? sql`extract(epoch from ${column}) * 1000` : sql`${column}`
}

/** With words all matches are found first, once for page and counts: the planner must not walk an index by price in the hope of meeting them. */
const partsWithWords = ({ wanted, sort }: Search, text: string, query: PageQuery) => ({
  first: sql`matched as materialized (
    select gig_id, bucket, (${positionOf(sort, text)})::double precision as position
    from listings ${whereOf(conditionsOf(wanted))}),`,
  page: pageOf(sql`matched`, sql`position`, query.where, query),
  counted: sql`select bucket, count(*) as count from matched group by bucket`,
})

/** Without words the sort's index gives the page, and the index of what is counted the counts. */
const partsWithoutWords = ({ wanted, sort }: Search, query: PageQuery) => {
  const conditions = conditionsOf(wanted)
  return {
    first: sql``,
    page: pageOf(sql`listings`, sql`${indexed[sort][0]}`, and(conditions, query.where), query),
    counted: sql`select bucket, count(*) as count from listings ${whereOf(conditions)} group by bucket`,
  }
}

const { code, price, delivery, level } = partsOfBucket
const counts = sql`(select json_agg(json_build_array(code, price, delivery, level, count)) from (
    select code, price, delivery, level, sum(count) as count
    from (select ${code} as code, ${price} as price, ${delivery} as delivery, ${level} as level, count from buckets) as part
    group by grouping sets ((code), (price), (delivery), (level), ())) as counted)`

/** The one statement of a search: a page of ids in order and, when asked for, how all matches spread. */
const searchStatement = (search: Search, query: PageQuery): SQL => {
  const { text } = search.wanted
  const { first, page, counted } =
    text === undefined ? partsWithoutWords(search, query) : partsWithWords(search, text, query)
  return sql`with ${first} ${page}${search.counting ? sql`, buckets as materialized (${counted})` : sql``}
    select (select json_agg(json_build_array(gig_id, position)) from page) as page,
      ${search.counting ? counts : sql`null`} as counts`
}

const countedOf = ([categoryCode, priceBand, deliveryBand, sellerLevel, count]: NonNullable<
  Answer['counts']
>[number]): Counted => ({
  code: categoryCode,
  price: priceBand,
  delivery: deliveryBand,
  level: sellerLevel,
  count,
})

/** One page of matches and, when asked for, how all of them spread. */
export const findPage = async (
  db: Database,
  args: ConnectionArguments,
  search: Search,
): Promise<{ readonly page: Connection<Match>; readonly spread: Spread | null }> => {
  const [column, direction] = indexed[search.sort]
  const keys =
    search.wanted.text === undefined
      ? keysOf(column, listings.gigId, direction, search.sort)
      : keysOf(matched.position, matched.gigId, direction, `${search.sort} with words`)
  let spread: Spread | null = null
  const page = await paginate(args, keys, async (query) => {
    const [answer] = await rows<Answer>(db, searchStatement(search, query))
    if (answer?.counts) spread = spreadOf(answer.counts.map(countedOf))
    return (answer?.page ?? []).map(([gigId, position]) => ({ gigId, position }))
  })
  return { page, spread }
}
