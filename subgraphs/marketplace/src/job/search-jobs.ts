import { rows, wordsToResemble } from '@gigraph/shared/database'
import { badUserInput } from '@gigraph/shared/errors'
import { type Connection, load, type OrderKey, type PageQuery, paginate } from '@gigraph/shared/graphql'
import { and, eq, gt, inArray, type SQL, sql } from 'drizzle-orm'
import { doublePrecision, type PgColumn, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { JobFilter, JobSort, QuerySearchJobsArgs } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import { jobs } from '../tables.ts'
import type { Job } from './job.ts'
import { countsOf, type JobCount, type JobSpread, spreadOf } from './job-facets.ts'
import { jobById, ofSuspended } from './job-store.ts'

/** The found page with what was really looked for. */
export interface FoundJobs extends Connection<Job> {
  readonly resembling: boolean
  /** How all matches spread; null when nobody asked for it. */
  readonly spread: JobSpread | null
}

interface Match {
  readonly id: string
  readonly position: number | string
}

/** How words are looked for: as they are, or, where no open job has them so, by resemblance. */
interface Looking {
  readonly text: string
  readonly by: 'words' | 'resemblance'
}

const MAXIMUM_QUERY = 200

/** A name for the statement's own intermediate result. */
const matched = pgTable('matched', { position: doublePrecision('position'), id: uuid('id') })

const indexed: Readonly<Record<JobSort, readonly [PgColumn, 'asc' | 'desc']>> = {
  RELEVANCE: [jobs.postedAt, 'desc'],
  NEWEST: [jobs.postedAt, 'desc'],
  BUDGET_ASC: [jobs.budgetMaxMinor, 'asc'],
  BUDGET_DESC: [jobs.budgetMaxMinor, 'desc'],
}

const wordsOf = (text: string): SQL => sql`websearch_to_tsquery('english', plain_text(${text}))`

const textCondition = ({ text, by }: Looking): SQL =>
  by === 'words' ? sql`${jobs.document} @@ ${wordsOf(text)}` : resembles(text)

/** Each word resembles something in title or skills; nothing does when there is no word. */
const resembles = (text: string): SQL => {
  const words = wordsToResemble(text).map(
    (word) => sql`(plain_text(${word}) <<% ${jobs.title} or plain_text(${word}) <<% ${jobs.keywords})`,
  )
  return words.length > 0 ? sql.join(words, sql` and `) : sql`false`
}

const resemblance = (text: string): SQL => {
  const words = wordsToResemble(text).map(
    (word) =>
      sql`greatest(strict_word_similarity(plain_text(${word}), ${jobs.title}), strict_word_similarity(plain_text(${word}), ${jobs.keywords}))`,
  )
  return words.length > 0 ? sql`(${sql.join(words, sql` + `)})` : sql`0`
}

const isOpen = (now: Date): SQL | undefined =>
  and(sql`${jobs.status} = 'OPEN'`, gt(jobs.expiresAt, now), sql`not ${ofSuspended}`)

const conditionsOf = (filter: JobFilter | null | undefined, looking: Looking | null, now: Date): SQL | undefined => {
  const { category, skills, budgetKind, budgetMinMinor, duration, level } = filter ?? {}
  return and(
    isOpen(now),
    looking ? textCondition(looking) : undefined,
    category != null ? sql`(${jobs.categoryId} = ${category} or ${jobs.topCategoryId} = ${category})` : undefined,
    skills ? sql`${jobs.skills} && ${sql.param(skills.map((skill) => skill.toLowerCase()))}::text[]` : undefined,
    budgetKind ? eq(jobs.budgetKind, budgetKind) : undefined,
    budgetMinMinor != null ? sql`${jobs.budgetMaxMinor} >= ${budgetMinMinor}` : undefined,
    duration ? inArray(jobs.duration, [...duration]) : undefined,
    level ? inArray(jobs.level, [...level]) : undefined,
  )
}

/** What a match is sorted by when there are words: a number in every order. */
const positionOf = (sort: JobSort, { text, by }: Looking): SQL => {
  if (sort === 'NEWEST') return sql`extract(epoch from ${jobs.postedAt}) * 1000`
  if (sort !== 'RELEVANCE') return sql`${jobs.budgetMaxMinor}`
  const match = by === 'words' ? sql`ts_rank(${jobs.document}, ${wordsOf(text)})` : resemblance(text)
  return sql`round(${match}::numeric, 6)`
}

const FACETS = sql.raw('category_id, budget_kind, duration, level')

interface Search {
  readonly filter: JobFilter | null | undefined
  readonly sort: JobSort
  readonly looking: Looking | null
  readonly counting: boolean
  readonly now: Date
}

/** One statement: a page of ids in order and, when asked for, how all matches spread. With words all matches are found first. */
const statementOf = ({ filter, sort, looking, counting, now }: Search, { where, orderBy, limit }: PageQuery): SQL => {
  const conditions = conditionsOf(filter, looking, now)
  const page = (from: SQL, position: SQL, condition: SQL | undefined) => sql`page as materialized (
    select id, ${position} as position from ${from} ${condition ? sql`where ${condition}` : sql``}
    order by ${sql.join(orderBy, sql`, `)} limit ${limit})`
  const parts = looking
    ? sql`matched as materialized (
        select id, ${FACETS}, (${positionOf(sort, looking)})::double precision as position from jobs where ${conditions}),
        ${page(sql`matched`, sql`position`, where)}`
    : page(sql`jobs`, sql`${indexed[sort][0]}`, and(conditions, where))
  const counted = looking ? sql`matched` : sql`(select ${FACETS} from jobs where ${conditions})`
  return sql`with ${parts}
    select (select json_agg(json_build_array(id, position)) from page) as page,
      ${counting ? countsOf(counted) : sql`null`} as counts`
}

/** Whether any open job has the words, whatever else is asked for: so every page of a search looks in the same way. */
const lookFor = async (ctx: Context, text: string): Promise<Looking> => {
  const [answer] = await rows<{ found: boolean }>(
    ctx.db,
    // Materialized, so that it is planned for all rows and taken from the index; it still ends with the first.
    sql`with hits as materialized (select from jobs where ${isOpen(ctx.clock.now())} and ${textCondition({ text, by: 'words' })})
        select exists(select from hits) as found`,
  )
  return { text, by: answer?.found ? 'words' : 'resemblance' }
}

const keysOf = (sort: JobSort, looking: Looking | null): OrderKey<Match>[] => {
  const [column, direction] = looking ? ([matched.position, indexed[sort][1]] as const) : indexed[sort]
  const name = looking ? `${sort} with words` : sort
  return [
    {
      ...{ column, direction, name },
      of: ({ position }) => (column.dataType === 'date' ? new Date(position) : position),
    },
    { column: looking ? matched.id : jobs.id, direction, of: ({ id }) => id },
  ]
}

interface Answer {
  readonly page: readonly (readonly [id: string, position: number | string])[] | null
  readonly counts: readonly JobCount[] | null
}

/**
 * One page of open jobs. Typing errors are forgiven where no job has the words as they were typed.
 *
 * @param counting whether to count all matches too, in the same statement
 * @throws {ApplicationError} BAD_USER_INPUT for more than 200 characters, unusable page arguments and foreign cursors
 */
export const searchJobs = async (ctx: Context, args: QuerySearchJobsArgs, counting: boolean): Promise<FoundJobs> => {
  const text = (args.query ?? '').trim()
  if (text.length > MAXIMUM_QUERY) throw badUserInput(`query has at most ${MAXIMUM_QUERY} characters.`, 'query')
  const sort = args.sort ?? 'RELEVANCE'
  const looking = text === '' ? null : await lookFor(ctx, text)
  const search = { filter: args.filter, sort, looking, counting, now: ctx.clock.now() }
  let spread: JobSpread | null = null
  const page = await paginate(args, keysOf(sort, looking), async (query) => {
    const [answer] = await rows<Answer>(ctx.db, statementOf(search, query))
    if (counting) spread = spreadOf(answer?.counts ?? [])
    return (answer?.page ?? []).map(([id, position]) => ({ id, position }))
  })
  const nodes = await Promise.all(page.nodes.map(({ id }) => load(ctx, jobById, id)))
  const edges = page.edges.flatMap(({ cursor }, index) => {
    const node = nodes[index]
    return node ? [{ cursor, node }] : []
  })
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: page.pageInfo,
    resembling: looking?.by === 'resemblance',
    spread,
  }
}
