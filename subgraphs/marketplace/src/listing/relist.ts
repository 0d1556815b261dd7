import { rows, type Transaction } from '@gigraph/shared/database'
import { type SQL, sql } from 'drizzle-orm'
import { bucket, coded } from './bucket.ts'

/**
 * How well a gig has done, 0 to about 1,600: its rating with a prior of five reviews of 4.0 (so that one review of 5 does not
 * beat a hundred of 4.9), the logarithm of its sales, and the level of its seller.
 */
const quality = sql`round(
  (gigs.rating_sum + 20.0) / (gigs.rating_count + 5) * 200 + ln(1 + gigs.sales) * 60 + coalesce(sellers.level, 1) * 25
)::int`

const sources = sql`
  from gigs
  join gig_versions as shown on shown.gig_id = gigs.id and shown.version = gigs.published_version
  left join sellers on sellers.user_id = gigs.seller_id`

const isListed = sql`gigs.status = 'ACTIVE' and shown.price_minor is not null
  and sellers.suspended_at is null and sellers.deleted_at is null`

const listedBucket = bucket({
  price: sql`shown.price_minor`,
  days: sql`shown.delivery_days`,
  level: sql`coalesce(sellers.level, 1)`,
})

const columns = [
  'seller_id',
  'bucket',
  'tags',
  'price_minor',
  'delivery_days',
  'rating',
  'sales',
  'level',
  'languages',
  'available_now',
  'published_at',
  'quality',
  'heading',
]

/** Without accents, as searches ask for them. Small letters it makes by itself: `plain_text` here would make them twice. */
const wordsIn = (text: SQL): SQL => sql`to_tsvector('english', unaccent(${text}))`

/**
 * The listings as they are now. Texts go in the order of categories: gigs of one category share words, and neighbours with the same
 * words cost an index of words least. Listings stay in the order of their ids, which is that of their making.
 */
const listed = (condition: SQL) => sql`listed as materialized (
    select gigs.id as gig_id, gigs.seller_id, ${listedBucket} as bucket, shown.tags,
      shown.price_minor, shown.delivery_days,
      case gigs.rating_count when 0 then 0 else round(gigs.rating_sum * 100.0 / gigs.rating_count)::int end as rating,
      gigs.sales, coalesce(sellers.level, 1) as level, coalesce(sellers.languages, '{}') as languages,
      coalesce(sellers.available_now, true) as available_now, gigs.published_at, ${quality} as quality,
      setweight(${wordsIn(sql`shown.title`)}, 'A') || setweight(${wordsIn(sql`shown.keywords`)}, 'B') as heading,
      ${wordsIn(sql`left(shown.description, 4000)`)} as description
    ${sources} join ${coded(sql`shown.category_id`)} on coded.code is not null
    where ${condition} and ${isListed} order by bucket
  )`

const intoListings = sql`insert into listings (gig_id, ${sql.raw(columns.join(', '))})
    select gig_id, ${sql.raw(columns.join(', '))} from listed order by gig_id`

const intoTexts = sql`insert into listing_texts (gig_id, document) select gig_id, strip(heading || description) from listed`

/** One statement: the words of a heading are taken apart once for both tables. */
const upsert = (condition: SQL) => sql`
  with ${listed(condition)}, written as (
    ${intoListings}
    on conflict (gig_id) do update set ${sql.raw(columns.map((column) => `${column} = excluded.${column}`).join(', '))}
    where (${sql.raw(columns.map((column) => `listings.${column}`).join(', '))})
      is distinct from (${sql.raw(columns.map((column) => `excluded.${column}`).join(', '))})
    returning gig_id
  ), described as (
    ${intoTexts}
    on conflict (gig_id) do update set document = excluded.document where listing_texts.document <> excluded.document
    returning gig_id
  ) select count(distinct gig_id)::int as count from (select gig_id from written union all select gig_id from described) as changed`

const bring = async (tx: Transaction, gigCondition: SQL, listingCondition: SQL): Promise<number> => {
  const gone = await rows(
    tx,
    sql`delete from listings where ${listingCondition}
        and gig_id not in (select gigs.id ${sources} where ${gigCondition} and ${isListed}) returning gig_id`,
  )
  const [changed] = await rows<{ count: number }>(tx, upsert(gigCondition))
  return gone.length + (changed?.count ?? 0)
}

/**
 * Brings the search's view of these gigs up to what the gigs, their sellers and their numbers are now. Repeatable.
 *
 * @returns how many were something else before
 */
export const relist = (tx: Transaction, gigIds: readonly string[]): Promise<number> => {
  const ids = sql`${sql.param([...gigIds])}::uuid[]`
  return bring(tx, sql`gigs.id = any(${ids})`, sql`listings.gig_id = any(${ids})`)
}

/** The same for gigs that were never listed: a conflict that cannot be is not looked out for, which makes it cheaper. */
export const listNew = async (tx: Transaction, gigIds: readonly string[]): Promise<void> => {
  const condition = sql`gigs.id = any(${sql.param([...gigIds])}::uuid[])`
  await tx.execute(sql`with ${listed(condition)}, written as (${intoListings}) ${intoTexts}`)
}

/** The same for all gigs of a seller, after something about the seller has changed. */
export const relistSeller = (tx: Transaction, sellerId: string): Promise<number> =>
  bring(tx, sql`gigs.seller_id = ${sellerId}::uuid`, sql`listings.seller_id = ${sellerId}::uuid`)
