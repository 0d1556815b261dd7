import type { Database, Transaction } from '@gigraph/shared/database'
import { and, asc, desc, eq, inArray, or, sql } from 'drizzle-orm'
import { skillSlug } from '../freelancer/freelancer.ts'
import { freelancerProfiles, skills } from '../tables.ts'
import { taxonomy } from './taxonomy.ts'

export type Skill = typeof skills.$inferSelect

/** Adds skills that nobody has named before; in the order of their keys, so that two writers never wait for each other. */
export const addMissing = async (
  tx: Transaction,
  wanted: readonly { readonly slug: string; readonly name: string }[],
): Promise<void> => {
  if (wanted.length === 0) return
  const sorted = wanted.toSorted((one, other) => (one.slug < other.slug ? -1 : 1))
  await tx
    .insert(skills)
    .values(sorted.map(({ slug, name }) => ({ slug, name, curated: false })))
    .onConflictDoNothing()
}

/** Deletes those of the skills that people added and nobody has any more: they may say something of the one who added them. */
export const forgetUnused = async (tx: Transaction, slugs: readonly string[]): Promise<void> => {
  if (slugs.length === 0) return
  await tx
    .delete(skills)
    .where(
      and(
        inArray(skills.slug, [...slugs]),
        eq(skills.curated, false),
        sql`not exists (select from ${freelancerProfiles} where ${freelancerProfiles.skillSlugs} @> array[${skills.slug}])`,
      ),
    )
}

/** Names as the taxonomy writes them, by slug. */
export const namesOf = async (tx: Transaction, slugs: readonly string[]): Promise<Map<string, string>> => {
  const found = await tx
    .select()
    .from(skills)
    .where(inArray(skills.slug, [...slugs]))
  return new Map(found.map((skill) => [skill.slug, skill.name]))
}

/** Skills that begin with or resemble the text, the taxonomy's first; all of the taxonomy by name without a text. */
export const listSimilar = (db: Database, text: string, limit: number): Promise<Skill[]> =>
  text === ''
    ? db.select().from(skills).where(eq(skills.curated, true)).orderBy(asc(skills.name)).limit(limit)
    : db
        .select()
        .from(skills)
        .where(or(sql`starts_with(lower(${skills.name}), ${text.toLowerCase()})`, sql`${text} <% ${skills.name}`))
        .orderBy(
          desc(sql`starts_with(lower(${skills.name}), ${text.toLowerCase()})`),
          desc(skills.curated),
          desc(sql`word_similarity(${text}, ${skills.name})`),
          asc(skills.name),
        )
        .limit(limit)

/** Brings the table up to the taxonomy; run at every start. */
export const loadTaxonomy = async (db: Database): Promise<void> => {
  await db
    .insert(skills)
    .values(
      taxonomy
        .map((name) => ({ slug: skillSlug(name), name, curated: true }))
        .toSorted((one, other) => (one.slug < other.slug ? -1 : 1)),
    )
    .onConflictDoUpdate({
      target: skills.slug,
      set: { name: sql`excluded.name`, curated: true },
      setWhere: sql`not ${skills.curated} or ${skills.name} <> excluded.name`,
    })
}
