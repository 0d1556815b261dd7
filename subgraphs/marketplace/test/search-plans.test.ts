import { environment } from '@gigraph/shared/config'
import { openDatabase, rows } from '@gigraph/shared/database'
import { recordStatements } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { type SQL, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { QuerySearchGigsArgs, QuerySearchJobsArgs } from '../src/__generated__/schema.ts'
import type { Context } from '../src/context.ts'
import { searchJobs } from '../src/job/search-jobs.ts'
import { bucket, coded } from '../src/listing/bucket.ts'
import { relatedGigs } from '../src/listing/related-gigs.ts'
import { searchGigs } from '../src/listing/search-gigs.ts'
import { suggest } from '../src/listing/suggest.ts'
import { type Market, startMarket } from './market.ts'

/**
 * Listings made by the database itself, words and categories as unevenly spread as real ones. A plan that reads 20,000 by an index
 * does so with more of them too, as `LISTINGS=100000` shows; `pnpm bench:search` runs on 100,000 gigs of the demo.
 */
const MANY = Number(environment.LISTINGS ?? 20_000)
const PART = 5_000

const titles = sql.raw(`(array['Draw a timeless logo','Edit your video','Translate a contract','Build a web shop',
  'Write a speech','Tune a piano','Record a voice over'])[1 + n % 7] || ' for ' ||
  (array['museums','bakeries','banks','hospitals','schools','startups','theatres','farms','shops','games','airlines'])[1 + n % 11]
  || ' number ' || n % 4001`)
const categoryIds = sql.raw(
  `(array['logo-design','video-editing','websites','voice-over','copywriting','app-design'])[1 + n % 6]`,
)

/** Rows are as wide as real ones: that decides between reading rows and reading an index. */
const KEYWORDS =
  'modern, elegant, handmade, illustration, typography, packaging, graphics, design, brand, identity, vector, files, poster, cover'

const fill = (from: number, to: number) => sql`
  with made as materialized (
    select uuidv7() as gig_id, uuidv7() as seller_id, ${titles} as title, ${categoryIds} as category_id,
      now() - n * interval '1 minute' as published_at, 500 + (n * 7919) % 90000 as price_minor, 1 + n % 21 as delivery_days,
      case n % 3 when 0 then 0 else 300 + n % 200 end as rating, n % 300 as sales, (n * 31) % 1600 as quality,
      1 + n % 4 as level, n % 5 > 0 as available_now
    from generate_series(${sql.raw(String(from))}, ${sql.raw(String(to))}) as n
  ), listed as (
    insert into listings (gig_id, seller_id, bucket, tags, price_minor, delivery_days, rating, sales, level, languages,
      available_now, published_at, quality, heading)
    select gig_id, seller_id, ${bucket({ price: sql`price_minor`, days: sql`delivery_days`, level: sql`made.level` })},
      array[split_part(title, ' ', 3), 'tag ' || sales], price_minor, delivery_days, rating, sales, level,
      array[(array['en','en','en','sv','de','pt'])[1 + sales % 6]], available_now, published_at, quality,
      setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', ${KEYWORDS}), 'B')
    from made join ${coded(sql`category_id`)} on true returning gig_id, heading
  ) insert into listing_texts select gig_id, strip(heading) from listed`

const jobsFill = sql.raw(`
  insert into jobs (id, client_id, status, title, description, category_id, top_category_id, skills, keywords, budget_kind,
    budget_min_minor, budget_max_minor, currency, duration, level, questions, posted_at, expires_at, updated_at)
  select gen_random_uuid(), gen_random_uuid(), case n % 4 when 0 then 'OPEN' else 'CLOSED' end,
    'Somebody to ' || (array['draw','edit','translate','build','write'])[1 + n % 5] || ' number ' || n % 997, '', 'websites',
    'programming-tech', '{}', 'skill ' || n % 97, 'FIXED', 500, 5000, 'USD', 'DAYS', 'EXPERT', '{}',
    now() - n * interval '1 minute', now() + interval '9 days', now()
  from generate_series(1, 10000) as n`)

let market: Market
beforeAll(async () => {
  market = await startMarket()
  const { db, config, log } = market.marketplace.context
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
        where tablename in ('listings', 'listing_texts') and indexdef like '%USING gin%'`,
  )
  for (const { name } of indexes) await owner.execute(sql.raw(`drop index ${name}`))
  // In parts: no statement may take longer than a few seconds.
  for (let from = 1; from <= MANY; from += PART) await db.execute(fill(from, from + PART - 1))
  for (const { definition } of indexes) await owner.execute(sql.raw(definition))
  await db.execute(jobsFill)
  await db.execute(
    sql`insert into search_words select translate(n::text, '0123456789', 'abcdefghij'), n from generate_series(1, 20000) as n on conflict do nothing`,
  )
  for (const table of ['listings', 'listing_texts', 'jobs', 'search_words'])
    await owner.execute(sql.raw(`vacuum analyze ${table}`))
  // A page counts as visible to all only once no older snapshot is open; an index alone is read where all pages are.
  await vi.waitFor(
    async () => {
      await owner.execute(sql`vacuum listings`)
      const [found] = await rows<{ hidden: number }>(
        owner,
        sql`select relpages - relallvisible as hidden from pg_class where oid = 'listings'::regclass`,
      )
      expect(found?.hidden).toBeLessThan(10)
    },
    { timeout: 60_000, interval: 250 },
  )
  await close()
}, 120_000)
afterAll(() => market.close())

/** A context that also keeps the statements which run through it. */
const recording = () => {
  const { context } = market.marketplace
  const { db, statements } = recordStatements(context.db)
  return { context: { ...context, db } as Context, statements }
}

/** Tables that a statement would read from end to end. */
const scanned = async (statement: SQL): Promise<string[]> => {
  const [plan] = await rows<{ 'QUERY PLAN': unknown }>(
    market.marketplace.context.db,
    sql`explain (format json) ${statement}`,
  )
  return [...JSON.stringify(plan).matchAll(/"Node Type":"Seq Scan"[^{}]*?"Relation Name":"(\w+)"/g)].map(
    ([, name]) => name ?? '',
  )
}

const filter = { price: { maxMinor: 60_000 }, deliveryDays: 10 }
const sorts = ['RELEVANCE', 'NEWEST', 'PRICE_ASC', 'PRICE_DESC', 'RATING', 'BEST_SELLING'] as const
const searches: readonly (readonly [string, Partial<QuerySearchGigsArgs>])[] = [
  ...sorts.map((sort) => [`nothing, ${sort}`, { sort }] as const),
  ...sorts.map((sort) => [`a filter, ${sort}`, { sort, filter }] as const),
  ...sorts.map((sort) => [`words and a filter, ${sort}`, { sort, query: 'logo museums', filter }] as const),
  ['a common word', { query: 'draw', sort: 'RELEVANCE' }],
  ['a rare word', { query: '3999', sort: 'RELEVANCE' }],
  ['words with typing errors', { query: 'musseums airlinnes', sort: 'RELEVANCE' }],
  ['a word that nothing has', { query: 'qwxzvk', sort: 'RELEVANCE' }],
  ['words that no listing has in one order', { query: '"museums logo"', sort: 'RELEVANCE' }],
  ['a word that only the filter excludes', { query: 'draw', sort: 'RELEVANCE', filter: { tags: ['nothing'] } }],
  ['a category', { sort: 'RELEVANCE', filter: { category: 'websites' } }],
  ['a top category', { sort: 'PRICE_ASC', filter: { category: 'programming-tech' } }],
  ['tags', { sort: 'NEWEST', filter: { tags: ['tag 17'] } }],
  [
    'words, languages and level',
    { query: 'piano', sort: 'RATING', filter: { languages: ['sv'], level: ['TOP'], availableNow: true } },
  ],
]

test.each(searches)(`${MANY} gigs are searched without reading all of them: %s`, async (_, args) => {
  const { context, statements } = recording()
  const { spread } = await searchGigs(context, { first: 20, ...args } as QuerySearchGigsArgs, true)
  expect(spread).not.toBeNull()
  expect(statements.length).toBeGreaterThan(0)
  for (const statement of statements) expect(await scanned(statement)).toEqual([])
})

test('the rows are as many and as wide as they are said to be', async () => {
  const [found] = await rows<{ listings: number; width: number }>(
    market.marketplace.context.db,
    sql`select count(*)::int as listings, avg(pg_column_size(listings.*))::int as width from listings`,
  )
  expect(found?.listings).toBe(MANY)
  expect(found?.width).toBeGreaterThan(400)
})

test('a plan that reads all of a table would be noticed', async () => {
  expect(await scanned(sql`select from listings where rating + 1 > sales`)).toEqual(['listings'])
})

test('suggestions and related gigs are found without reading all of a table', async () => {
  const [listing] = await rows<{ gig_id: string }>(
    market.marketplace.context.db,
    sql`select gig_id from listings limit 1`,
  )
  const { context, statements } = recording()
  await suggest(context, 'abc', 8)
  await relatedGigs(context, listing?.gig_id ?? makeId(), 8)
  expect(statements.length).toBeGreaterThanOrEqual(2)
  for (const statement of statements) expect(await scanned(statement)).toEqual([])
})

const jobSearches: readonly (readonly [string, Partial<QuerySearchJobsArgs>])[] = [
  ['nothing', {}],
  ['nothing, the highest budget first', { sort: 'BUDGET_DESC' }],
  ['words', { query: 'translate 301' }],
  ['words with typing errors', { query: 'tranlsate numbr 301' }],
  ['words and a filter', { query: 'draw', filter: { budgetKind: 'FIXED', level: ['EXPERT'] }, sort: 'BUDGET_ASC' }],
  ['a category', { filter: { category: 'websites' }, sort: 'NEWEST' }],
]

test.each(jobSearches)('10000 jobs are searched and counted without reading all of them: %s', async (_, args) => {
  const { context, statements } = recording()
  const { spread } = await searchJobs(context, { sort: 'RELEVANCE', first: 20, ...args }, true)
  expect(spread).not.toBeNull()
  expect(statements.length).toBeGreaterThan(0)
  for (const statement of statements) expect(await scanned(statement)).not.toContain('jobs')
})
