import { type Database, rows } from '@gigraph/shared/database'
import { sql } from 'drizzle-orm'

interface Word {
  readonly typed: string
  readonly nearest: string | null
}

/** Shorter words have too few trigrams to be recognized. */
const SHORTEST = 4

/**
 * The query with words that no listing's title or tags have replaced by the most similar ones that some do; null when the
 * query finds something as it is, or nothing similar exists.
 */
export const correctSpelling = async (db: Database, text: string): Promise<string | null> => {
  const [found] = await rows<{ any: boolean }>(
    db,
    sql`select exists(select from listings where document @@ websearch_to_tsquery('english', plain_text(${text}))) as any`,
  )
  if (found?.any) return null
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
