import type { Database, Transaction } from '@gigraph/shared/database'
import { type Batch, groupBy } from '@gigraph/shared/graphql'
import { and, asc, count, eq, inArray, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { profileEntries } from '../tables.ts'
import type { EntryContent, EntryKind } from './entry.ts'

export type EntryRow = typeof profileEntries.$inferSelect

/** All entries of these freelancers, in the order of the portfolio. */
export const entriesByUserId: Batch<Context, string, EntryRow[]> = async (ctx, userIds) =>
  groupBy(
    userIds,
    await ctx.db
      .select()
      .from(profileEntries)
      .where(inArray(profileEntries.userId, [...userIds]))
      .orderBy(asc(profileEntries.position), asc(profileEntries.id)),
    (entry) => entry.userId,
  )

export const countOf = async (db: Database, userId: string, kind: EntryKind): Promise<number> => {
  const [found] = await db
    .select({ count: count() })
    .from(profileEntries)
    .where(and(eq(profileEntries.userId, userId), eq(profileEntries.kind, kind)))
  return found?.count ?? 0
}

export const add = async (tx: Transaction, entry: EntryRow): Promise<void> => {
  await tx.insert(profileEntries).values(entry)
}

interface Which {
  readonly id: string
  readonly userId: string
  readonly kind: EntryKind
}

const which = ({ id, userId, kind }: Which) =>
  and(eq(profileEntries.id, id), eq(profileEntries.userId, userId), eq(profileEntries.kind, kind))

export const findOptional = async (tx: Transaction, entry: Which): Promise<EntryRow | undefined> => {
  const [found] = await tx.select().from(profileEntries).where(which(entry)).for('update')
  return found
}

export const save = (tx: Transaction, entry: Which, content: EntryContent) =>
  tx.update(profileEntries).set({ content }).where(which(entry))

export const remove = (tx: Transaction, entry: Which) => tx.delete(profileEntries).where(which(entry))

/** Numbers the entries as they stand in `ids`. */
export const reorder = (tx: Transaction, userId: string, ids: readonly string[]) =>
  tx
    .update(profileEntries)
    .set({ position: sql`array_position(${sql.param([...ids])}::uuid[], ${profileEntries.id})` })
    .where(and(eq(profileEntries.userId, userId), inArray(profileEntries.id, [...ids])))

export const idsOf = async (tx: Transaction, userId: string, kind: EntryKind): Promise<string[]> => {
  const found = await tx
    .select({ id: profileEntries.id })
    .from(profileEntries)
    .where(and(eq(profileEntries.userId, userId), eq(profileEntries.kind, kind)))
  return found.map(({ id }) => id)
}

/** Pictures that items of somebody's portfolio show. */
export const imageIdsOf = async (tx: Transaction, userId: string): Promise<string[]> => {
  const found = await tx
    .select({ content: profileEntries.content })
    .from(profileEntries)
    .where(and(eq(profileEntries.userId, userId), eq(profileEntries.kind, 'PORTFOLIO')))
  return found.flatMap(({ content }) => content.imageIds ?? [])
}
