import type { Database } from '@gigraph/shared/database'
import { and, eq, gt, inArray, isNull, or } from 'drizzle-orm'
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
