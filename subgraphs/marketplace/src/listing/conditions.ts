import { and, type SQL, sql } from 'drizzle-orm'
import type { GigFilter } from '../__generated__/schema.ts'
import { findOptionalCategory } from '../category/category.ts'
import { levels } from '../seller/seller-store.ts'
import { listings } from '../tables.ts'
import { bucketsOf } from './bucket.ts'

/** What a search asks for, after correction. */
export interface Wanted {
  readonly text: string | undefined
  readonly filter: GigFilter | null | undefined
}

const texts = (items: readonly string[]) => sql`${sql.param([...items])}::text[]`

/** The query as PostgreSQL's full text understands it. */
export const wordsOf = (text: string): SQL => sql`websearch_to_tsquery('english', plain_text(${text}))`

/** From so many headings on, descriptions that have the words too are not looked for. */
const COMMON = 500
/** At most so many listings are found by their descriptions alone. */
const DESCRIPTIONS = 2_000

/**
 * Descriptions are asked in the same statement, but only (a one-time filter) when few headings have the words. Both are materialized,
 * which means planned as if all were read: for the first so many PostgreSQL would read whole tables.
 */
const hasWords = (text: string): SQL => {
  const words = wordsOf(text)
  return sql`(${listings.heading} @@ ${words} or ${listings.gigId} = any(array(
    with titled as materialized (select 1 from listings as few where few.heading @@ ${words}),
      described as materialized (select gig_id from listing_texts where document @@ ${words}
        and (select count(*) from (select from titled limit ${COMMON}) as counted) < ${COMMON})
    select gig_id from described limit ${DESCRIPTIONS})))`
}

/** The rows of `listings` in a category of either level; none when there is no such category. */
export const inCategory = (id: string): SQL => {
  if (!findOptionalCategory(id)) return sql`false`
  const [first, last] = bucketsOf(id)
  return sql`${listings.bucket} between ${first} and ${last}`
}

/** Ratings are kept times 100; what is beyond any rating excludes or includes all. */
const hundredths = (rating: number): number => Math.round(Math.min(1_000, Math.max(-1, rating)) * 100)

/** The rows of `listings` that match words and filter. */
export const conditionsOf = (wanted: Wanted): SQL | undefined => {
  const { category, price, deliveryDays, rating, level, languages, tags, availableNow } = wanted.filter ?? {}
  return and(
    wanted.text ? hasWords(wanted.text) : undefined,
    category != null ? inCategory(category) : undefined,
    price?.minMinor != null ? sql`${listings.priceMinor} >= ${price.minMinor}` : undefined,
    price?.maxMinor != null ? sql`${listings.priceMinor} <= ${price.maxMinor}` : undefined,
    deliveryDays != null ? sql`${listings.deliveryDays} <= ${deliveryDays}` : undefined,
    rating != null ? sql`${listings.rating} >= ${hundredths(rating)}` : undefined,
    level
      ? sql`${listings.level} = any(${sql.param(level.map((name) => levels.indexOf(name) + 1))}::int[])`
      : undefined,
    languages ? sql`${listings.languages} && ${texts(languages)}` : undefined,
    tags ? sql`${listings.tags} @> ${texts(tags.map((tag) => tag.toLowerCase()))}` : undefined,
    availableNow ? sql`${listings.availableNow}` : undefined,
  )
}
