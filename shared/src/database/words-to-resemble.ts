/** Shorter words have too few trigrams to be recognized, wherever typing errors are forgiven. */
export const SHORTEST_WORD = 3
/** Each is looked for in an index of its own accord: who types more is understood by the first ones. */
const MOST = 6

/**
 * The words of a query that others may resemble, for `word <<% column` of pg_trgm, one by one: a query as a whole resembles only what
 * has its words side by side.
 */
export const wordsToResemble = (text: string): string[] => {
  const words = [...new Set(text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [])]
  const long = words.filter((word) => word.length >= SHORTEST_WORD)
  return (long.length > 0 ? long : words).slice(0, MOST)
}
