import type { Transaction } from '@gigraph/shared/database'
import { sql } from 'drizzle-orm'

const CHUNK = 1_000

/** The words of a text that are worth knowing, each once: letters only, without accents, 3 to 30 of them. */
const wordsOf = (text: string): Set<string> =>
  new Set(
    text
      .normalize('NFKD')
      .replaceAll(/\p{M}/gu, '')
      .toLowerCase()
      .match(/(?<![\p{L}\p{N}])\p{L}{3,30}(?![\p{L}\p{N}])/gu) ?? [],
  )

/** How many of the texts have each word, added to what was counted before. */
export const countWords = (texts: Iterable<string>, uses = new Map<string, number>()): Map<string, number> => {
  for (const text of texts) for (const word of wordsOf(text)) uses.set(word, (uses.get(word) ?? 0) + 1)
  return uses
}

/**
 * Learns the words of titles and tags, for correction and completion. In the order of the words, so that two writers never wait
 * for each other in a circle.
 */
export const learnWords = async (tx: Transaction, uses: ReadonlyMap<string, number>): Promise<void> => {
  const sorted = [...uses].toSorted(([one], [other]) => (one < other ? -1 : 1))
  for (let start = 0; start < sorted.length; start += CHUNK) {
    const chunk = sorted.slice(start, start + CHUNK)
    await tx.execute(sql`
      insert into search_words (word, uses)
      select * from unnest(${sql.param(chunk.map(([word]) => word))}::text[], ${sql.param(chunk.map(([, count]) => count))}::int[])
      on conflict (word) do update set uses = search_words.uses + excluded.uses`)
  }
}
