import type { Transaction } from '@gigraph/shared/database'
import { eq, sql } from 'drizzle-orm'
import { erasedUsers, people } from '../tables.ts'

/** Whether somebody's data was erased: then nothing about them is written any more. */
export const isErased = async (tx: Transaction, userId: string): Promise<boolean> => {
  const [erased] = await tx.select().from(erasedUsers).where(eq(erasedUsers.userId, userId))
  return erased !== undefined
}

/** Notes somebody's name; of two that were told, the later one holds, whichever arrives first. */
export const noteName = async (
  tx: Transaction,
  { userId, displayName, at }: { readonly userId: string; readonly displayName: string; readonly at: Date },
): Promise<void> => {
  await tx
    .insert(people)
    .values({ userId, displayName, namedAt: at })
    .onConflictDoUpdate({
      target: people.userId,
      set: { displayName: sql`excluded.display_name`, namedAt: sql`excluded.named_at` },
      setWhere: sql`${people.namedAt} is null or (${people.namedAt}, ${people.displayName}) < (excluded.named_at, excluded.display_name)`,
    })
}

/** Notes that somebody's e-mail address is confirmed. */
export const noteVerified = async (tx: Transaction, userId: string, at: Date): Promise<void> => {
  await tx
    .insert(people)
    .values({ userId, verifiedAt: at })
    .onConflictDoUpdate({
      target: people.userId,
      set: { verifiedAt: sql`least(${people.verifiedAt}, excluded.verified_at)` },
    })
}
