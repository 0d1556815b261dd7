import type { Database } from '@gigraph/shared/database'
import { asc, gt, isNull, or, sql } from 'drizzle-orm'
import { signingKeys } from '../tables.ts'

export type SigningKeyRow = typeof signingKeys.$inferSelect

/** 'identity keys' among PostgreSQL's advisory locks: one process at a time makes a key. */
const LOCK = 7_102_604_201

export const lockKeys = async (db: Database): Promise<void> => {
  await db.execute(sql`select pg_advisory_xact_lock(${LOCK})`)
}

/** Keys that tokens may still be verified with, oldest first. */
export const listPublishedKeys = (db: Database, at: Date): Promise<SigningKeyRow[]> =>
  db
    .select()
    .from(signingKeys)
    .where(or(isNull(signingKeys.retiredAt), gt(signingKeys.retiredAt, at)))
    .orderBy(asc(signingKeys.activeAt), asc(signingKeys.kid))

export const saveKey = async (db: Database, row: SigningKeyRow): Promise<void> => {
  await db.insert(signingKeys).values(row)
}

/** Lets every key that has no end yet end at `at`. */
export const retireKeys = async (db: Database, at: Date): Promise<void> => {
  await db.update(signingKeys).set({ retiredAt: at }).where(isNull(signingKeys.retiredAt))
}
