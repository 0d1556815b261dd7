import type { Database, Transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, type Result } from '@gigraph/shared/errors'
import { eq } from 'drizzle-orm'
import { sellers } from '../tables.ts'

export type Seller = typeof sellers.$inferSelect

/** Levels of freelancers as numbers that sort. */
export const levels = ['NEW', 'RISING', 'ESTABLISHED', 'TOP'] as const

export const findOptional = async (db: Database, userId: string): Promise<Seller | undefined> => {
  const [seller] = await db.select().from(sellers).where(eq(sellers.userId, userId))
  return seller
}

/** What is known of somebody, locked until the end of the transaction: so limits hold, however much of theirs is made at once. */
export const findOptionalForUpdate = async (tx: Transaction, userId: string): Promise<Seller | undefined> => {
  const [seller] = await tx.select().from(sellers).where(eq(sellers.userId, userId)).for('update')
  return seller
}

/** What is known of somebody, locked until the end of the transaction: events about one person are noted one after the other. */
export const lockSeller = async (tx: Transaction, userId: string): Promise<Seller> => {
  await tx.insert(sellers).values({ userId }).onConflictDoNothing()
  const [seller] = await tx.select().from(sellers).where(eq(sellers.userId, userId)).for('update')
  if (!seller) throw new Error(`the seller ${userId} is gone`)
  return seller
}

/** Whether somebody may put things on the market, offers or jobs: e-mail address verified, not suspended. */
export const maySell = (seller: Seller | undefined): Result<undefined> => {
  if (!seller?.emailVerifiedAt) return fail('EMAIL_NOT_VERIFIED', 'Verify your e-mail address first.')
  if (seller.suspendedAt || seller.deletedAt) return fail('NOT_ALLOWED', 'Your account is suspended.')
  return ok(undefined)
}

/** Whether others may still deal with somebody: neither suspended nor gone, as far as is known here. */
export const isInGoodStanding = (person: Seller | undefined): boolean => !person?.suspendedAt && !person?.deletedAt

/** Nothing of an erased person is written any more: their token may outlive the account by minutes. @throws {ApplicationError} NOT_FOUND */
export const refuseErased = async (db: Database, userId: string): Promise<void> => {
  if ((await findOptional(db, userId))?.deletedAt) throw notFound('Account')
}

/** Notes what an event tells of somebody who is locked. */
export const note = async (
  tx: Transaction,
  userId: string,
  facts: Partial<Omit<typeof sellers.$inferInsert, 'userId'>>,
): Promise<void> => {
  await tx.update(sellers).set(facts).where(eq(sellers.userId, userId))
}
