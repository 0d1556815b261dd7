import { rows, wordsToResemble } from '@gigraph/shared/database'
import { badUserInput } from '@gigraph/shared/errors'
import { type Connection, load, mapConnection, paginate } from '@gigraph/shared/graphql'
import { and, eq, type SQL, sql } from 'drizzle-orm'
import { doublePrecision, pgTable, uuid } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import type { FreelancerSort, QueryFreelancersArgs } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import { freelancerProfiles as profiles } from '../tables.ts'
import { countFreelancers, type FreelancerSpread } from './count-freelancers.ts'
import type { FreelancerProfile } from './freelancer.ts'
import { freelancerByUserId } from './freelancer-store.ts'

/** What matches, with the number that it is sorted by; a name for the query's own intermediate result. */
const matched = pgTable('matched', {
  position: doublePrecision('position').notNull(),
  userId: uuid('user_id').notNull(),
})
interface Match {
  readonly position: number
  readonly user_id: string
}

const MAXIMUM_QUERY = 200
const wanted = z.string().trim().max(MAXIMUM_QUERY)

/** How words are looked for: as they are, or, where nobody has them so, by resemblance. */
interface Looking {
  readonly text: string
  readonly by: 'words' | 'resemblance'
}

const wordsOf = (text: string): SQL => sql`websearch_to_tsquery('english', plain_text(${text}))`

/** Where words may be misspelt: each word of the query resembles something in one of these. */
const resembling = [profiles.headline, profiles.skillNames, sql`plain_text(${profiles.displayName})`]

/** How well they do, 0 to 1 on average. */
const resemblance = (text: string): SQL => {
  const words = wordsToResemble(text).map(
    (word) =>
      sql`greatest(${sql.join(
        resembling.map((column) => sql`strict_word_similarity(plain_text(${word}), ${column})`),
        sql`, `,
      )})`,
  )
  return words.length > 0 ? sql`(${sql.join(words, sql` + `)}) / ${sql.raw(String(words.length))}` : sql`0`
}

const positions = (looking: Looking | null): Record<FreelancerSort, SQL> => {
  const match =
    looking?.by === 'words'
      ? sql`ts_rank(${profiles.document}, search.words) * 100`
      : sql`${resemblance(looking?.text ?? '')} * 10`
  return {
    RELEVANCE: looking
      ? sql`round((${match} + ${profiles.standing} / 10)::numeric, 6)::double precision`
      : sql`${profiles.standing}`,
    RATING: sql`${profiles.rated}`,
    RATE_ASC: sql`${profiles.cheap}`,
    RATE_DESC: sql`${profiles.dear}`,
    NEWEST: sql`${profiles.newest}`,
  }
}

const textCondition = (looking: Looking | null): SQL => {
  if (!looking) return sql`${profiles.headline} <> ''`
  if (looking.by === 'words') return sql`${profiles.document} @@ search.words`
  const words = wordsToResemble(looking.text).map(
    (word) =>
      sql`(${sql.join(
        resembling.map((column) => sql`plain_text(${word}) <<% ${column}`),
        sql` or `,
      )})`,
  )
  return words.length > 0 ? sql.join(words, sql` and `) : sql`false`
}

/** Bounds of the hourly rate, by the column whose index gives the order: so it is read from bound to bound. */
const atLeast = (rateMinor: number, sort: FreelancerSort): SQL =>
  sort === 'RATE_ASC'
    ? sql`${profiles.cheap} <= ${-rateMinor} and ${profiles.hourlyRateMinor} is not null`
    : sql`${profiles.dear} >= ${rateMinor}`
const atMost = (rateMinor: number, sort: FreelancerSort): SQL =>
  sort === 'RATE_ASC'
    ? sql`${profiles.cheap} >= ${-rateMinor} and ${profiles.hourlyRateMinor} is not null`
    : sql`${profiles.dear} between 0 and ${rateMinor}`

const conditionsOf = (
  { filter, sort }: { readonly filter?: QueryFreelancersArgs['filter']; readonly sort: FreelancerSort },
  looking: Looking | null,
  today: string,
): SQL | undefined => {
  const list = (items: readonly string[]) => sql`${sql.param([...items])}::text[]`
  const { skills, rateMinMinor, rateMaxMinor, levels, countries, languages, availableNow, verified } = filter ?? {}
  return and(
    // Whoever has not confirmed their address may be anybody, and must not show by being found that the address was new here.
    eq(profiles.verified, true),
    verified === false ? sql`false` : undefined,
    textCondition(looking),
    skills ? sql`${profiles.skillSlugs} @> ${list(skills)}` : undefined,
    rateMinMinor != null ? atLeast(rateMinMinor, sort) : undefined,
    rateMaxMinor != null ? atMost(rateMaxMinor, sort) : undefined,
    levels ? sql`${profiles.level} = any(${list(levels)})` : undefined,
    countries ? sql`${profiles.country} = any(${list(countries)})` : undefined,
    languages ? sql`${profiles.languageCodes} && ${list(languages)}` : undefined,
    availableNow
      ? sql`${profiles.availability} = 'AVAILABLE' and (${profiles.awayFromOn} is null or ${today}::date not between ${profiles.awayFromOn} and ${profiles.awayToOn})`
      : undefined,
  )
}

/** Whether anybody has the words, whatever else is asked for: so every page of a search looks in the same way. */
const lookFor = async (ctx: Context, text: string): Promise<Looking> => {
  const [answer] = await rows<{ found: boolean }>(
    ctx.db,
    // Materialized, so that it is planned for all rows and taken from the index; it still ends with the first.
    sql`with hits as materialized (select ${profiles.userId} from ${profiles} where ${profiles.document} @@ ${wordsOf(text)})
        select exists(select from hits) as found`,
  )
  return { text, by: answer?.found ? 'words' : 'resemblance' }
}

/** The found page with what was really looked for. */
export interface FoundFreelancers extends Connection<FreelancerProfile> {
  readonly resembling: boolean
  /** How all matches spread; null when nobody asked for it. */
  readonly spread: FreelancerSpread | null
}

/**
 * One page of freelancers. Typing errors are forgiven where nobody has the words as they were typed. Without words, those who have not written a headline yet are left out.
 *
 * @param counting whether to count all matches too
 * @throws {ApplicationError} BAD_USER_INPUT for more than 200 characters and for foreign cursors
 */
export const searchFreelancers = async (
  ctx: Context,
  args: QueryFreelancersArgs,
  counting: boolean,
): Promise<FoundFreelancers> => {
  const parsed = wanted.safeParse(args.query ?? '')
  if (!parsed.success) throw badUserInput(`query has at most ${MAXIMUM_QUERY} characters.`, 'query')
  const looking = parsed.data ? await lookFor(ctx, parsed.data) : null
  const sort = args.sort ?? 'RELEVANCE'
  const today = ctx.clock.now().toISOString().slice(0, 10)
  const search = looking ? sql`, (select ${wordsOf(looking.text)} as words) as search` : sql``
  const from = sql`${profiles}${search} where ${conditionsOf({ filter: args.filter, sort }, looking, today)}`
  const page = await paginate<Match>(
    args,
    [
      { column: matched.position, direction: 'desc', name: sort, of: (row) => row.position },
      { column: matched.userId, direction: 'desc', of: (row) => row.user_id },
    ],
    ({ where, orderBy, limit }) =>
      rows<Match>(
        ctx.db,
        sql`select matched.position, matched.user_id from (
              select ${positions(looking)[sort]} as position, ${profiles.userId}
              from ${from}
            ) as matched
            ${where ? sql`where ${where}` : sql``} order by ${sql.join(orderBy, sql`, `)} limit ${limit}`,
      ),
  )
  const nodes = await Promise.all(page.nodes.map((row) => load(ctx, freelancerByUserId, row.user_id)))
  const byId = new Map(nodes.map((profile, index) => [page.nodes[index]?.user_id, profile]))
  return {
    ...mapConnection(page, (row) => byId.get(row.user_id) as FreelancerProfile),
    resembling: looking?.by === 'resemblance',
    spread: counting ? await countFreelancers(ctx.db, from) : null,
  }
}
