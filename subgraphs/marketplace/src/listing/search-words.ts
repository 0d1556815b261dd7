import type { Transaction } from '@gigraph/shared/database'
import { sql } from 'drizzle-orm'
import type { GigVersion } from '../gig/gig.ts'

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

/** What search learns from a gig: the words of its title and tags. */
type Told = Pick<GigVersion, 'title' | 'keywords'>

/** How the use of words changes when a gig shows something else, or nothing any more: each word counts once per gig. */
export const countChange = (before: Told | null, after: Told | null): Map<string, number> => {
  const textOf = (told: Told | null) => (told ? [`${told.title} ${told.keywords}`] : [])
  const [old, fresh] = [countWords(textOf(before)), countWords(textOf(after))]
  const lost = [...old.keys()].filter((word) => !fresh.has(word)).map((word) => [word, -1] as const)
  const won = [...fresh.keys()].filter((word) => !old.has(word)).map((word) => [word, 1] as const)
  return new Map([...lost, ...won])
}

/**
 * Learns the words of titles and tags, for correction and completion, and forgets those that nothing has any more. In the order of the
 * words, so that two writers never wait for each other in a circle.
 */
export const learnWords = async (tx: Transaction, uses: ReadonlyMap<string, number>): Promise<void> => {
  const sorted = [...uses].toSorted(([one], [other]) => (one < other ? -1 : 1))
  for (let start = 0; start < sorted.length; start += CHUNK) {
    const chunk = sorted.slice(start, start + CHUNK)
    await tx.execute(sql`
      insert into search_words (word, uses)
      select * from unnest(${sql.param(chunk.map(([word]) => word))}::text[], ${sql.param(chunk.map(([, count]) => count))}::int[])
      on conflict (word) do update set uses = search_words.uses + excluded.uses`)
    const fewer = chunk.flatMap(([word, count]) => (count < 0 ? [word] : []))
    if (fewer.length > 0)
      await tx.execute(sql`delete from search_words where word = any(${sql.param(fewer)}::text[]) and uses <= 0`)
  }
}
