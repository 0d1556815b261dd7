import { taxonomy } from './taxonomy.ts'

/** A category of gigs and jobs. Two levels: gigs belong to the lower one. */
export interface Category {
  /** Made of the name, stable, fit for URLs: `logo-design`. */
  readonly id: string
  readonly name: string
  readonly parentId: string | null
}

/** A name as part of a URL: letters and digits of ASCII, words joined by dashes. */
export const slugify = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('&', ' ')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')

/** All categories, in the order in which they are shown. They are part of the program: a change of them is a release. */
export const categories: readonly Category[] = Object.entries(taxonomy).flatMap(([top, below]) => [
  { id: slugify(top), name: top, parentId: null },
  ...below.map((name) => ({ id: slugify(name), name, parentId: slugify(top) })),
])

const byId = new Map(categories.map((category) => [category.id, category]))

export const findOptionalCategory = (id: string): Category | undefined => byId.get(id)

/** The category, or the one it belongs to, when that is what `id` names. Throws for unknown ids: they are checked on the way in. */
export const categoryOf = (id: string): Category => {
  const category = byId.get(id)
  if (!category) throw new Error(`there is no category ${id}`)
  return category
}

export const childrenOf = (id: string): readonly Category[] => categories.filter(({ parentId }) => parentId === id)
