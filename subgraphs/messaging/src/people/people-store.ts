import type { Database, Transaction } from '@gigraph/shared/database'
import { type Batch, indexBy } from '@gigraph/shared/graphql'
import { after } from '@gigraph/shared/time'
import { inArray, lt, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { people } from './tables.ts'

export type PersonRow = typeof people.$inferSelect

/** Notes that somebody is here, at most twice a minute. */
export const seen = async (db: Database | Transaction, userId: string, now: Date): Promise<void> => {
  await db
    .insert(people)
    .values({ userId, lastSeenAt: now })
    .onConflictDoUpdate({
      target: people.userId,
      set: { lastSeenAt: now },
      setWhere: sql`${people.lastSeenAt} is null or ${lt(people.lastSeenAt, after(now, '-30s'))}`,
    })
}

export const listPeople = (db: Database | Transaction, userIds: readonly string[]): Promise<PersonRow[]> =>
  db
    .select()
    .from(people)
    .where(inArray(people.userId, [...userIds]))

/** Whether one of these accounts was deleted: nothing new is made for it. */
export const isAnyErased = async (db: Database | Transaction, userIds: readonly string[]): Promise<boolean> =>
  (await listPeople(db, userIds)).some(({ erasedAt }) => erasedAt !== null)

/** What messaging knows of users; those of whom it knows nothing are absent. */
export const peopleById: Batch<Context, string, PersonRow> = async ({ db }, ids) =>
  indexBy(await listPeople(db, ids), (person) => person.userId)

/** Writes what somebody chose. */
export const savePerson = async (
  tx: Transaction,
  userId: string,
  changes: Partial<Omit<PersonRow, 'userId'>>,
): Promise<PersonRow> => {
  const [row] = await tx
    .insert(people)
    .values({ userId, ...changes })
    // With its own id, so that saving nothing is no empty SET.
    .onConflictDoUpdate({ target: people.userId, set: { userId, ...changes } })
    .returning()
  if (!row) throw new Error('the insert answered no row')
  return row
}
