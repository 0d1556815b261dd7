import { type Database, rows, SHORTEST_WORD } from '@gigraph/shared/database'
import { sql } from 'drizzle-orm'
import { wordsOf } from './conditions.ts'

interface Word {
  readonly typed: string
  readonly nearest: string | null
}

/**
 * Whether any listing has the words, whatever else is asked for. What is materialized is planned as if all of it were read, and read
 * as far as needed: for a first row alone PostgreSQL would read the table from its beginning in the hope of meeting one soon, and of
 * words that nothing has there is none.
 */
const isFound = async (db: Database, text: string): Promise<boolean> => {
  const words = wordsOf(text)
  const [found] = await rows<{ found: boolean }>(
    db,
    sql`with titled as materialized (select 1 from listings where heading @@ ${words}),
          described as materialized (select 1 from listing_texts where document @@ ${words})
        select exists (select from titled) or exists (select from described) as found`,
  )
  return found?.found ?? false
}

/**
 * For a search that found nothing: the query with words that no title or tag has replaced by the most similar ones that some
 * do. Null when something has the words (and only the filter excludes it), or nothing is similar.
 */
export const correctSpelling = async (db: Database, text: string): Promise<string | null> => {
  if (await isFound(db, text)) return null
  const typed = [...new Set(text.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [])].filter(
    (word) => word.length >= SHORTEST_WORD,
  )
  if (typed.length === 0) return null
  const words = await rows<Word>(
    db,
    sql`select typed, case when exists(select from search_words where word = plain_text(typed)) then typed else (
          select word from search_words where word % plain_text(typed)
          order by similarity(word, plain_text(typed)) desc, uses desc limit 1) end as nearest
        from unnest(${sql.param(typed)}::text[]) as typed`,
  )
  const nearest = new Map(words.map((word) => [word.typed, word.nearest]))
  const corrected = text.replaceAll(/[\p{L}\p{M}]+/gu, (word) => nearest.get(word.toLowerCase()) ?? word)
  return corrected.toLowerCase() === text.toLowerCase() ? null : corrected
}
