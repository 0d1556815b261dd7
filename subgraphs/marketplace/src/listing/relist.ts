import type { Transaction } from '@gigraph/shared/database'
import { type SQL, sql } from 'drizzle-orm'

/** Counts the words of listings, in the order of the words: two writers never wait for each other in a circle. */
const wordsOf = (condition: SQL) => sql`
  insert into search_words (word, uses)
  select word, count(*) from (
    select distinct listings.gig_id, word
    from listings, unnest(tsvector_to_array(to_tsvector('simple', plain_text(title || ' ' || keywords)))) as word
    where ${condition} and length(word) between 3 and 30 and word !~ '[0-9]'
  ) as used
  group by word order by word
  on conflict (word) do update set uses = search_words.uses + excluded.uses`

/**
 * How well a gig has done, 0 to about 1,600: its rating with a prior of five reviews of 4.0 (so that one review of 5 does not
 * beat a hundred of 4.9), the logarithm of its sales, and the level of its seller.
 */
const quality = sql`round(
  (gigs.rating_sum + 20.0) / (gigs.rating_count + 5) * 200 + ln(1 + gigs.sales) * 60 + coalesce(sellers.level, 1) * 25
)::int`

const sources = (condition: SQL) => sql`
  from gigs
  join gig_versions as shown on shown.gig_id = gigs.id and shown.version = gigs.published_version
  left join sellers on sellers.user_id = gigs.seller_id
  where ${condition} and gigs.status = 'ACTIVE' and shown.price_minor is not null
    and sellers.suspended_at is null and sellers.deleted_at is null`

const columns = [
  'seller_id',
  'title',
  'keywords',
  'category_id',
  'top_category_id',
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
  'document',
]

const upsert = (condition: SQL) => sql`
  insert into listings (gig_id, ${sql.raw(columns.join(', '))})
  select gigs.id, gigs.seller_id, shown.title, shown.keywords, shown.category_id, shown.top_category_id, shown.tags,
    shown.price_minor, shown.delivery_days,
    case gigs.rating_count when 0 then 0 else round(gigs.rating_sum * 100.0 / gigs.rating_count)::int end,
    gigs.sales, coalesce(sellers.level, 1), coalesce(sellers.languages, '{}'), coalesce(sellers.available_now, true),
    gigs.published_at, ${quality},
    setweight(to_tsvector('english', plain_text(shown.title)), 'A')
      || setweight(to_tsvector('english', plain_text(shown.keywords)), 'B')
      || setweight(to_tsvector('english', plain_text(left(shown.description, 4000))), 'C')
  ${sources(condition)}
  on conflict (gig_id) do update set ${sql.raw(columns.map((column) => `${column} = excluded.${column}`).join(', '))}`

const bring = async (tx: Transaction, gigCondition: SQL, listingCondition: SQL, newWords: boolean): Promise<void> => {
  await tx.execute(
    sql`delete from listings where ${listingCondition} and gig_id not in (select gigs.id ${sources(gigCondition)})`,
  )
  await tx.execute(upsert(gigCondition))
  if (newWords) await tx.execute(wordsOf(listingCondition))
}

const array = (ids: readonly string[]) => sql`${sql.param([...ids])}::uuid[]`

/** Brings the search's view of these gigs up to what the gigs, their sellers and their numbers are now. Repeatable. */
export const relist = (tx: Transaction, gigIds: readonly string[], { newWords = false } = {}): Promise<void> =>
  bring(tx, sql`gigs.id = any(${array(gigIds)})`, sql`listings.gig_id = any(${array(gigIds)})`, newWords)

/** The same for all gigs of a seller, after something about the seller has changed. */
export const relistSeller = (tx: Transaction, sellerId: string): Promise<void> =>
  bring(tx, sql`gigs.seller_id = ${sellerId}::uuid`, sql`listings.seller_id = ${sellerId}::uuid`, false)
