import { type Database, rows } from '@gigraph/shared/database'
import { sql } from 'drizzle-orm'
import { wordsOf } from './conditions.ts'

interface Word {
  readonly typed: string
  readonly nearest: string | null
}

/** Shorter words have too few trigrams to be recognized. */
const SHORTEST = 4

/** From so many headings on, descriptions that have the words too are not looked for. */
const COMMON = 500

/** How much there is to find for some words. */
export const probe = async (db: Database, text: string): Promise<'nothing' | 'some' | 'common'> => {
  const words = wordsOf(text)
  const [found] = await rows<{ headings: number; matches: boolean }>(
    db,
    sql`select headings, headings > 0 or exists(select from listing_texts where document @@ ${words}) as matches
        from (select count(*)::int as headings from
          (select from listings where heading @@ ${words} limit ${COMMON}) as capped) as counted`,
  )
  if (!found?.matches) return 'nothing'
  return found.headings < COMMON ? 'some' : 'common'
}

/** The query with words that no title or tag has replaced by the most similar ones that some do; null when there are none. */
export const correctSpelling = async (db: Database, text: string): Promise<string | null> => {
  const typed = [...new Set(text.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [])].filter(
    (word) => word.length >= SHORTEST,
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
