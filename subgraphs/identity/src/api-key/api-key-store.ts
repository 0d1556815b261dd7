import type { Database, Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import { and, desc, eq, gt, inArray, isNull, or } from 'drizzle-orm'
import { apiKeys, users } from '../tables.ts'

export type ApiKey = typeof apiKeys.$inferSelect

const isGood = (at: Date) => and(isNull(apiKeys.revokedAt), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, at)))

/** A key that works, with its owner. */
export const findOptionalGoodKey = async (db: Database, keyHash: string, at: Date) => {
  const [found] = await db
    .select({ key: apiKeys, user: users })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.userId))
    .where(and(eq(apiKeys.keyHash, keyHash), isGood(at)))
  return found ?? null
}

export const saveUse = async (
  db: Database,
  id: string,
  use: { readonly lastUsedAt: Date; readonly lastUsedFrom: string },
): Promise<void> => {
  await db.update(apiKeys).set(use).where(eq(apiKeys.id, id))
}

/** Those of the ids that are keys which work. */
export const listGoodKeyOwners = (db: Database, ids: readonly string[], at: Date) =>
  db
    .select({ id: apiKeys.id, user: users })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.userId))
    .where(and(inArray(apiKeys.id, [...ids]), isGood(at)))

export const insertApiKey = async (tx: Transaction, key: typeof apiKeys.$inferInsert): Promise<ApiKey> => {
  const [saved] = await tx.insert(apiKeys).values(key).returning()
  if (!saved) throw new Error('PostgreSQL returned no row')
  return saved
}

/** Locked until the transaction ends. @throws {ApplicationError} NOT_FOUND when it is not the user's own */
export const findApiKeyForUpdate = async (tx: Transaction, userId: string, id: string): Promise<ApiKey> => {
  const [key] = await tx
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.id, id), eq(apiKeys.userId, userId)))
    .for('update')
  if (!key) throw notFound('API key')
  return key
}

/** Revokes the user's keys that are not, or the one. Returns those that this call revoked. */
export const revokeKeyRows = (tx: Transaction, userId: string, revokedAt: Date, id?: string): Promise<ApiKey[]> =>
  tx
    .update(apiKeys)
    .set({ revokedAt })
    .where(
      and(eq(apiKeys.userId, userId), isNull(apiKeys.revokedAt), id === undefined ? undefined : eq(apiKeys.id, id)),
    )
    .returning()

export const countGoodKeys = (db: Database, userId: string, at: Date): Promise<number> =>
  db.$count(apiKeys, and(eq(apiKeys.userId, userId), isGood(at)))

/** Keys that were not revoked, newest first; expired ones too. */
export const listApiKeys = (db: Database, userId: string): Promise<ApiKey[]> =>
  db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.userId, userId), isNull(apiKeys.revokedAt)))
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
    .limit(100)
