import { and, type SQL, sql } from 'drizzle-orm'
import type { GigFilter } from '../__generated__/schema.ts'
import { levels } from '../seller/seller-store.ts'
import { listings } from '../tables.ts'

/** What a search asks for, after correction. */
export interface Wanted {
  readonly text: string | undefined
  readonly filter: GigFilter | null | undefined
}

const texts = (items: readonly string[]) => sql`${sql.param([...items])}::text[]`

/** The query as PostgreSQL's full text understands it. */
export const wordsOf = (text: string): SQL => sql`websearch_to_tsquery('english', plain_text(${text}))`

/** The rows of `listings` that match words and filter. */
export const conditionsOf = ({ text, filter }: Wanted): SQL | undefined => {
  const { category, price, deliveryDays, rating, level, languages, tags, availableNow } = filter ?? {}
  return and(
    text ? sql`${listings.document} @@ ${wordsOf(text)}` : undefined,
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
