import { and, type SQL, sql } from 'drizzle-orm'
import type { GigFilter } from '../__generated__/schema.ts'
import { levels } from '../seller/seller-store.ts'
import { listings } from '../tables.ts'

/** What a search asks for, after correction. */
export interface Wanted {
  readonly text: string | undefined
  /** The words are common in headings: descriptions are not asked. */
  readonly common: boolean
  readonly filter: GigFilter | null | undefined
}

const texts = (items: readonly string[]) => sql`${sql.param([...items])}::text[]`

/** The query as PostgreSQL's full text understands it. */
export const wordsOf = (text: string): SQL => sql`websearch_to_tsquery('english', plain_text(${text}))`

/** At most so many listings are found by their descriptions alone. */
const DESCRIPTIONS = 2_000

const hasWords = ({ text = '', common }: Wanted): SQL => {
  const words = wordsOf(text)
  if (common) return sql`${listings.heading} @@ ${words}`
  return sql`${listings.gigId} = any(array(
    select gig_id from listings where heading @@ ${words}
    union (select gig_id from listing_texts where document @@ ${words} limit ${DESCRIPTIONS})))`
}

/** The rows of `listings` that match words and filter. */
export const conditionsOf = (wanted: Wanted): SQL | undefined => {
  const { category, price, deliveryDays, rating, level, languages, tags, availableNow } = wanted.filter ?? {}
  return and(
    wanted.text ? hasWords(wanted) : undefined,
    category != null
      ? sql`(${listings.categoryId} = ${category} or ${listings.topCategoryId} = ${category})`
      : undefined,
    price?.minMinor != null ? sql`${listings.priceMinor} >= ${price.minMinor}` : undefined,
    price?.maxMinor != null ? sql`${listings.priceMinor} <= ${price.maxMinor}` : undefined,
    deliveryDays != null ? sql`${listings.deliveryDays} <= ${deliveryDays}` : undefined,
    rating != null ? sql`${listings.rating} >= ${Math.round(rating * 100)}` : undefined,
    level
      ? sql`${listings.level} = any(${sql.param(level.map((name) => levels.indexOf(name) + 1))}::int[])`
      : undefined,
    languages ? sql`${listings.languages} && ${texts(languages)}` : undefined,
    tags ? sql`${listings.tags} @> ${texts(tags.map((tag) => tag.toLowerCase()))}` : undefined,
    availableNow ? sql`${listings.availableNow}` : undefined,
  )
}
