import { rows } from '@gigraph/shared/database'
import { badUserInput } from '@gigraph/shared/errors'
import { sql } from 'drizzle-orm'
import { type Category, categories } from '../category/category.ts'
import type { Context } from '../context.ts'

interface Suggestion {
  readonly text: string
  readonly category: Category | null
}

/** The last word that is being typed, of letters only: nothing in it means anything to LIKE. */
const lastWord = (text: string): string => /[\p{L}\p{M}]+$/u.exec(text)?.[0] ?? ''

/** Categories whose words begin so, then completions of the last word by how many listings have it. */
export const suggest = async (ctx: Context, prefix: string, first: number): Promise<Suggestion[]> => {
  if (first < 1 || first > 20) throw badUserInput('first must be from 1 to 20.', 'first')
  const typed = prefix.trim().toLowerCase().slice(0, 60)
  if (typed.length < 2) return []
  const named = categories
    .filter(({ name }) => name.toLowerCase().startsWith(typed) || name.toLowerCase().includes(` ${typed}`))
    .map((category) => ({ text: category.name, category }))
  const word = lastWord(typed)
  const before = typed.slice(0, typed.length - word.length)
  const completions = word
    ? await rows<{ word: string }>(
        ctx.db,
        sql`select word from search_words where word like plain_text(${word}) || '%' order by uses desc, word limit ${first}`,
      )
    : []
  const texts = completions.map((each) => ({ text: before + each.word, category: null }))
  return [...named.slice(0, Math.ceil(first / 2)), ...texts].slice(0, first)
}
