import { rows } from '@gigraph/shared/database'
import { badUserInput } from '@gigraph/shared/errors'
import { type Connection, load, mapConnection, paginate } from '@gigraph/shared/graphql'
import { and, eq, type SQL, sql } from 'drizzle-orm'
import { doublePrecision, pgTable, uuid } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import type { FreelancerSort, QueryFreelancersArgs } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import { freelancerProfiles as profiles } from '../tables.ts'
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

const positions = (text: string | undefined): Record<FreelancerSort, SQL> => ({
  RELEVANCE: text
    ? sql`round((ts_rank(${profiles.document}, search.words) * 100 + word_similarity(search.plain, ${profiles.headline}) * 10 + ${profiles.standing} / 10)::numeric, 6)::double precision`
    : sql`${profiles.standing}`,
  RATING: sql`${profiles.rated}`,
  RATE_ASC: sql`${profiles.cheap}`,
  RATE_DESC: sql`${profiles.dear}`,
  NEWEST: sql`${profiles.newest}`,
})

const conditionsOf = (
  { filter }: Pick<QueryFreelancersArgs, 'filter'>,
  text: string | undefined,
  today: string,
): SQL | undefined => {
  const list = (items: readonly string[]) => sql`${sql.param([...items])}::text[]`
  const { skills, rateMinMinor, rateMaxMinor, levels, countries, languages, availableNow, verified } = filter ?? {}
  return and(
    text
      ? sql`(${profiles.document} @@ search.words or search.plain <% ${profiles.headline})`
      : sql`${profiles.headline} <> ''`,
    skills ? sql`${profiles.skillSlugs} @> ${list(skills)}` : undefined,
    rateMinMinor != null ? sql`${profiles.hourlyRateMinor} >= ${rateMinMinor}` : undefined,
    rateMaxMinor != null ? sql`${profiles.hourlyRateMinor} <= ${rateMaxMinor}` : undefined,
    levels ? sql`${profiles.level} = any(${list(levels)})` : undefined,
    countries ? sql`${profiles.country} = any(${list(countries)})` : undefined,
    languages ? sql`${profiles.languageCodes} && ${list(languages)}` : undefined,
    availableNow
      ? sql`${profiles.availability} = 'AVAILABLE' and (${profiles.awayFromOn} is null or ${today}::date not between ${profiles.awayFromOn} and ${profiles.awayToOn})`
      : undefined,
    verified == null ? undefined : eq(profiles.verified, verified),
  )
}

/**
 * One page of freelancers. Without words, those who have not written a headline yet are left out.
 *
 * @throws {ApplicationError} BAD_USER_INPUT for more than 200 characters and for foreign cursors
 */
export const searchFreelancers = async (
  ctx: Context,
  args: QueryFreelancersArgs,
): Promise<Connection<FreelancerProfile>> => {
  const parsed = wanted.safeParse(args.query ?? '')
  if (!parsed.success) throw badUserInput(`query has at most ${MAXIMUM_QUERY} characters.`, 'query')
  const text = parsed.data || undefined
  const today = ctx.clock.now().toISOString().slice(0, 10)
  const search = text
    ? sql`, (select websearch_to_tsquery('english', plain_text(${text})) as words, plain_text(${text}) as plain) as search`
    : sql``
  const page = await paginate<Match>(
    args,
    [
      { column: matched.position, direction: 'desc', of: (row) => row.position },
      { column: matched.userId, direction: 'desc', of: (row) => row.user_id },
    ],
    ({ where, orderBy, limit }) =>
      rows<Match>(
        ctx.db,
        sql`select matched.position, matched.user_id from (
              select ${positions(text)[args.sort ?? 'RELEVANCE']} as position, ${profiles.userId}
              from ${profiles}${search} where ${conditionsOf(args, text, today)}
            ) as matched
            ${where ? sql`where ${where}` : sql``} order by ${sql.join(orderBy, sql`, `)} limit ${limit}`,
      ),
  )
  const nodes = await Promise.all(page.nodes.map((row) => load(ctx, freelancerByUserId, row.user_id)))
  const byId = new Map(nodes.map((profile, index) => [page.nodes[index]?.user_id, profile]))
  return mapConnection(page, (row) => byId.get(row.user_id) as FreelancerProfile)
}
