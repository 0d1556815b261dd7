import type { Database, Transaction } from '@gigraph/shared/database'
import { and, arrayContains, asc, eq, gt, isNull, lt } from 'drizzle-orm'
import { people } from '../people/tables.ts'
import { announcements } from './tables.ts'

export type AnnouncementRow = typeof announcements.$inferSelect

export const insertAnnouncement = async (
  tx: Transaction,
  announcement: typeof announcements.$inferInsert,
): Promise<void> => {
  await tx.insert(announcements).values(announcement)
}

/** An announcement that is not complete, locked; null when there is nothing left to tell. */
export const findOptionalOpenAnnouncement = async (tx: Transaction, id: string): Promise<AnnouncementRow | null> => {
  const [row] = await tx
    .select()
    .from(announcements)
    .where(and(eq(announcements.id, id), isNull(announcements.completedAt)))
    .for('update')
  return row ?? null
}

/** The next people of the role who have not been told. */
export const listNextListeners = async (
  tx: Transaction,
  { role, toldUserId }: AnnouncementRow,
  limit: number,
): Promise<string[]> => {
  const found = await tx
    .select({ userId: people.userId })
    .from(people)
    .where(
      and(
        arrayContains(people.roles, [role]),
        isNull(people.erasedAt),
        toldUserId ? gt(people.userId, toldUserId) : undefined,
      ),
    )
    .orderBy(asc(people.userId))
    .limit(limit)
  return found.map(({ userId }) => userId)
}

export const saveAnnouncement = async (
  tx: Transaction,
  id: string,
  changes: Partial<AnnouncementRow>,
): Promise<void> => {
  await tx.update(announcements).set(changes).where(eq(announcements.id, id))
}

/** Announcements that were begun before an instant and are not complete: their job was lost. */
export const listStalledAnnouncements = async (db: Database, before: Date, limit: number): Promise<string[]> => {
  const found = await db
    .select({ id: announcements.id })
    .from(announcements)
    .where(and(isNull(announcements.completedAt), lt(announcements.createdAt, before)))
    .limit(limit)
  return found.map(({ id }) => id)
}
