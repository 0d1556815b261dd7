import type { Database, Transaction } from '@gigraph/shared/database'
import { and, eq, gt, isNull, lt, sql } from 'drizzle-orm'
import { loginChallenges } from '../tables.ts'
import type { LoginChallenge } from './challenge.ts'

export const findOptionalChallenge = async (db: Database, id: string): Promise<LoginChallenge | null> => {
  const [challenge] = await db.select().from(loginChallenges).where(eq(loginChallenges.id, id))
  return challenge ?? null
}

/** Locked until the transaction ends: answers to one challenge are judged one after another. */
export const findOptionalChallengeForUpdate = async (tx: Transaction, id: string): Promise<LoginChallenge | null> => {
  const [challenge] = await tx.select().from(loginChallenges).where(eq(loginChallenges.id, id)).for('update')
  return challenge ?? null
}

export const insertChallenge = async (
  tx: Transaction,
  challenge: Pick<LoginChallenge, 'id' | 'userId' | 'createdAt' | 'expiresAt'>,
): Promise<LoginChallenge> => {
  const [saved] = await tx.insert(loginChallenges).values(challenge).returning()
  if (!saved) throw new Error('PostgreSQL returned no row')
  return saved
}

/** Replaces the mailed code; the count of wrong answers stays. */
export const saveCode = async (
  db: Database,
  id: string,
  code: { readonly codeHmac: string; readonly codeExpiresAt: Date },
): Promise<void> => {
  await db.update(loginChallenges).set(code).where(eq(loginChallenges.id, id))
}

export const saveSolved = async (tx: Transaction, id: string, solvedAt: Date): Promise<void> => {
  await tx.update(loginChallenges).set({ solvedAt, codeHmac: null }).where(eq(loginChallenges.id, id))
}

/** Makes all logins of a user that are still open useless. */
export const voidChallenges = async (tx: Transaction, userId: string, at: Date): Promise<void> => {
  await tx
    .update(loginChallenges)
    .set({ expiresAt: at, codeHmac: null })
    .where(and(eq(loginChallenges.userId, userId), isNull(loginChallenges.solvedAt), gt(loginChallenges.expiresAt, at)))
}

export const countFailure = async (tx: Transaction, id: string): Promise<void> => {
  await tx
    .update(loginChallenges)
    .set({ failures: sql`${loginChallenges.failures} + 1` })
    .where(eq(loginChallenges.id, id))
}

export const removeOldChallenges = async (db: Database, before: Date): Promise<void> => {
  await db.delete(loginChallenges).where(lt(loginChallenges.expiresAt, before))
}
