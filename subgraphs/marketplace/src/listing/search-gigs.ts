import { rows } from '@gigraph/shared/database'
import { badUserInput } from '@gigraph/shared/errors'
import { type Connection, load, type OrderKey, paginate } from '@gigraph/shared/graphql'
import { and, type SQL, sql } from 'drizzle-orm'
import { doublePrecision, type PgColumn, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { QuerySearchGigsArgs } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import type { Gig } from '../gig/gig.ts'
import { gigById } from '../gig/gig-store.ts'
import { listings } from '../tables.ts'
import { conditionsOf, type Wanted, wordsOf } from './conditions.ts'
import { correctSpelling, probe } from './spelling.ts'

type Sort = NonNullable<QuerySearchGigsArgs['sort']>

/** A match: its id and the number that it is sorted by. */
interface Match {
  readonly gig_id: string
  readonly position: number | Date
}

/** The found page with what was really looked for. */
export interface Found extends Connection<Gig> {
  readonly wanted: Wanted
  readonly correctedQuery: string | null
}

const MAXIMUM_QUERY = 200

/** A name for the query's own intermediate result. */
const matched = pgTable('matched', { position: doublePrecision('position'), gigId: uuid('gig_id') })

const indexed: Readonly<Record<Sort, readonly [PgColumn, 'asc' | 'desc']>> = {
  RELEVANCE: [listings.quality, 'desc'],
  NEWEST: [listings.publishedAt, 'desc'],
  PRICE_ASC: [listings.priceMinor, 'asc'],
  PRICE_DESC: [listings.priceMinor, 'desc'],
  RATING: [listings.rating, 'desc'],
  BEST_SELLING: [listings.sales, 'desc'],
}

/** By a number of their own: what has a word in the title comes before what has it in the tags, then in the description. */
const relevance = (text: string) =>
  sql`round(ts_rank(${listings.heading}, ${wordsOf(text)}) * 4000) + ${listings.quality}`

const keysOf = (column: PgColumn, id: PgColumn, direction: 'asc' | 'desc'): OrderKey<Match>[] => [
  { column, direction, of: (row) => (column.dataType === 'date' ? new Date(row.position) : Number(row.position)) },
  { column: id, direction, of: (row) => row.gig_id },
]

const ending = (where: SQL | undefined, orderBy: readonly SQL[], limit: number) =>
  sql`${where ? sql`where ${where}` : sql``} order by ${sql.join([...orderBy], sql`, `)} limit ${limit}`

/** Without words the sort's index gives the page. */
const pageByIndex = (ctx: Context, args: QuerySearchGigsArgs, sort: Sort, wanted: Wanted) => {
  const [column, direction] = indexed[sort]
  return paginate(args, keysOf(column, listings.gigId, direction), ({ where, orderBy, limit }) =>
    rows<Match>(
      ctx.db,
      sql`select ${listings.gigId}, ${column} as position from ${listings}
          ${ending(and(conditionsOf(wanted), where), orderBy, limit)}`,
    ),
  )
}

/** With words all matches are found first: the planner must not walk an index by price in the hope of meeting them. */
const pageOfMatches = (ctx: Context, args: QuerySearchGigsArgs, sort: Sort, wanted: Wanted & { text: string }) => {
  const [column, direction] = indexed[sort]
  const milliseconds = sql`extract(epoch from ${column}) * 1000`
  const position = sort === 'RELEVANCE' ? relevance(wanted.text) : sort === 'NEWEST' ? milliseconds : sql`${column}`
  return paginate(args, keysOf(matched.position, matched.gigId, direction), ({ where, orderBy, limit }) =>
    rows<Match>(
      ctx.db,
      sql`with matched as materialized (
            select ${listings.gigId}, (${position})::double precision as position
            from ${listings} where ${conditionsOf(wanted)}
          ) select gig_id, position from matched ${ending(where, orderBy, limit)}`,
    ),
  )
}

const understand = async (
  ctx: Context,
  typed: string,
  filter: Wanted['filter'],
): Promise<{ wanted: Wanted; correctedQuery: string | null }> => {
  if (typed === '') return { wanted: { text: undefined, common: false, filter }, correctedQuery: null }
  const found = await probe(ctx.db, typed)
  if (found !== 'nothing') return { wanted: { text: typed, common: found === 'common', filter }, correctedQuery: null }
  const correctedQuery = await correctSpelling(ctx.db, typed)
  const text = correctedQuery ?? typed
  const common = correctedQuery !== null && (await probe(ctx.db, correctedQuery)) === 'common'
  return { wanted: { text, common, filter }, correctedQuery }
}

/**
 * One page of the gigs on the market.
 *
 * @throws {ApplicationError} BAD_USER_INPUT for more than 200 characters, unusable page arguments and foreign cursors
 */
export const searchGigs = async (ctx: Context, args: QuerySearchGigsArgs): Promise<Found> => {
  const typed = (args.query ?? '').trim()
  if (typed.length > MAXIMUM_QUERY) throw badUserInput(`query has at most ${MAXIMUM_QUERY} characters.`, 'query')
  const { wanted, correctedQuery } = await understand(ctx, typed, args.filter)
  const sort = args.sort ?? 'RELEVANCE'
  const { text } = wanted
  const page =
    text === undefined
      ? await pageByIndex(ctx, args, sort, wanted)
      : await pageOfMatches(ctx, args, sort, { ...wanted, text })
  const nodes = await Promise.all(page.nodes.map((row) => load(ctx, gigById, row.gig_id)))
  const edges = page.edges.flatMap(({ cursor }, index) => {
    const node = nodes[index]
    return node ? [{ cursor, node }] : []
  })
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: page.pageInfo,
    wanted,
    correctedQuery,
  }
}
