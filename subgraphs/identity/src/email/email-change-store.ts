import type { Database, Transaction } from '@gigraph/shared/database'
import { and, desc, eq } from 'drizzle-orm'
import { emailChanges } from '../tables.ts'

export type EmailChange = typeof emailChanges.$inferSelect

export const insertEmailChange = async (
  tx: Transaction,
  change: Pick<EmailChange, 'id' | 'userId' | 'newEmail' | 'requestedAt'>,
): Promise<void> => {
  await tx.insert(emailChanges).values(change)
}

export const findOptionalEmailChange = async (db: Database, id: string): Promise<EmailChange | null> => {
  const [change] = await db.select().from(emailChanges).where(eq(emailChanges.id, id))
  return change ?? null
}

/** The newest wish of the user for that address, with the address that it ends. */
export const saveFormerEmail = async (
  tx: Transaction,
  userId: string,
  newEmail: string,
  formerEmail: string | null,
): Promise<string | null> => {
  const [change] = await tx
    .select({ id: emailChanges.id })
    .from(emailChanges)
    .where(and(eq(emailChanges.userId, userId), eq(emailChanges.newEmail, newEmail)))
    .orderBy(desc(emailChanges.requestedAt))
    .limit(1)
  if (!change) return null
  await tx.update(emailChanges).set({ formerEmail }).where(eq(emailChanges.id, change.id))
  return change.id
}
