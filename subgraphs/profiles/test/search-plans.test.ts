import { environment } from '@gigraph/shared/config'
import { type Database, openDatabase, rows } from '@gigraph/shared/database'
import { startTestServices } from '@gigraph/shared/testing'
import { type SQL, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { QueryFreelancersArgs } from '../src/__generated__/schema.ts'
import type { Context } from '../src/context.ts'
import { searchFreelancers } from '../src/freelancer/search-freelancers.ts'
import { profilesService } from '../src/index.ts'

const start = () => startTestServices({ profiles: profilesService })
let services: Awaited<ReturnType<typeof start>>

/**
 * Freelancers made by the database itself; words, skills and places as unevenly spread as real ones. A plan that reads 20,000 by an index
 * does so with more of them too, as `FREELANCERS=100000` shows.
 */
const MANY = Number(environment.FREELANCERS ?? 20_000)
const PART = 5_000
const fill = (from: number, to: number) =>
  sql.raw(`
  insert into freelancer_profiles (user_id, display_name, headline, bio, skills, skill_slugs, skill_names, hourly_rate_minor,
    hourly_rate_currency, country, language_codes, level, rating_count, rating_sum, verified, created_at, updated_at)
  select gen_random_uuid(), 'Person ' || n, w.trade || ' for ' || w.field || ' number ' || n, '', '[]',
    array['skill-' || n % 97, 'skill-' || n % 1009], 'skill ' || n % 1009, 500 + (n * 7919) % 20000, 'USD',
    (array['SE','DE','US','US','US','IN','IN','BR'])[1 + n % 8], array[(array['en','en','en','sv','de','pt'])[1 + n % 6]],
    (array['NEW','NEW','NEW','NEW','NEW','RISING','RISING','ESTABLISHED','TOP'])[1 + n % 9], n % 40, (n % 40) * (3 + n % 3),
    n % 3 > 0, now() - n * interval '1 minute', now()
  from (select n, (array['Logo designer','Copywriter','Translator','Illustrator','Bookkeeper','Photographer','Composer'])[1 + n % 7] as trade,
      (array['museums','bakeries','banks','hospitals','schools','startups','theatres','farms','shops','games','airlines'])[1 + n % 11] as field
    from generate_series(${from}, ${to}) as n) as w(n, trade, field)`)

beforeAll(async () => {
  services = await start()
  const { db, config, log } = services.profiles.context
  const { db: owner, close } = openDatabase({
    url: config.MIGRATION_DATABASE_URL ?? '',
    applicationName: 'fill',
    maxConnections: 2,
    log,
  })
  // Rows first, words after: that takes half the time.
  const indexes = await rows<{ name: string; definition: string }>(
    owner,
    sql`select indexname as name, indexdef as definition from pg_indexes
        where tablename = 'freelancer_profiles' and indexdef like '%USING gin%'`,
  )
  for (const { name } of indexes) await owner.execute(sql.raw(`drop index ${name}`))
  // In parts: no statement may take longer than a few seconds.
  for (let from = 1; from <= MANY; from += PART) await db.execute(fill(from, from + PART - 1))
  for (const { definition } of indexes) await owner.execute(sql.raw(definition))
  await owner.execute(sql`analyze freelancer_profiles`)
  // A page counts as visible to all only once no older snapshot is open; an index alone is read where all pages are.
  await vi.waitFor(
    async () => {
      await owner.execute(sql`vacuum freelancer_profiles`)
      const [found] = await rows<{ hidden: number }>(
        owner,
        sql`select relpages - relallvisible as hidden from pg_class where oid = 'freelancer_profiles'::regclass`,
      )
      expect(found?.hidden).toBeLessThan(10)
    },
    { timeout: 60_000, interval: 250 },
  )
  await close()
}, 120_000)
afterAll(() => services.close())

/** A context that also keeps the statements which run through it. */
const recording = (context: Context) => {
  const statements: SQL[] = []
  const db = new Proxy<Database>(context.db, {
    get: (target, name) =>
      name === 'execute'
        ? (query: SQL) => {
            statements.push(query)
            return target.execute(query)
          }
        : Reflect.get(target, name),
  })
  return { context: { ...context, db }, statements }
}

const cases: readonly (readonly [string, Partial<QueryFreelancersArgs>])[] = [
  ['nothing, best first', { sort: 'RELEVANCE' }],
  ['nothing, best rated first', { sort: 'RATING' }],
  ['nothing, cheapest first', { sort: 'RATE_ASC' }],
  ['nothing, dearest first', { sort: 'RATE_DESC' }],
  ['nothing, newest first', { sort: 'NEWEST' }],
  ['words', { sort: 'RELEVANCE', query: 'logo hospitals' }],
  ['words with typing errors', { sort: 'RELEVANCE', query: 'ilustrator theaters' }],
  ['words, cheapest first', { sort: 'RATE_ASC', query: 'composer airlines' }],
  ['a skill', { sort: 'RELEVANCE', filter: { skills: ['skill-500'] } }],
  ['skills and a language', { sort: 'RATING', filter: { skills: ['skill-5', 'skill-102'], languages: ['sv'] } }],
  ['a country and a level', { sort: 'RELEVANCE', filter: { countries: ['SE'], levels: ['TOP'] } }],
  ['a price', { sort: 'RATE_ASC', filter: { rateMinMinor: 5_000, rateMaxMinor: 5_200 } }],
  ['who is free and verified', { sort: 'NEWEST', filter: { availableNow: true, verified: true } }],
  ['words and filters', { sort: 'RELEVANCE', query: 'photographer', filter: { countries: ['BR'], languages: ['de'] } }],
]

test.each(cases)('looking for %s reads no table from end to end, on the first page and later', async (_, args) => {
  let after: string | null = null
  for (let page = 0; page < 2; page++) {
    const { context, statements } = recording(services.profiles.context)
    const found = await searchFreelancers(context, { sort: 'RELEVANCE', ...args, first: 20, after }, true)
    expect(found.spread?.totalCount).toBeGreaterThanOrEqual(found.nodes.length)
    // The page and the counts; with words also whether anybody has them.
    expect(statements.length).toBe(args.query ? 3 : 2)
    for (const statement of statements) {
      const [plan] = await rows<{ 'QUERY PLAN': unknown }>(
        services.profiles.context.db,
        sql`explain (format json) ${statement}`,
      )
      expect(JSON.stringify(plan)).toMatch(/Index|Bitmap/)
      expect(JSON.stringify(plan)).not.toContain('Seq Scan')
    }
    after = found.pageInfo.endCursor
    if (!found.pageInfo.hasNextPage) return
  }
})
